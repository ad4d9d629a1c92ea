import type { MeasuredServer } from '../load/measure-load.ts'

/** A server as the scenarios see it: where its endpoints are, and what it makes JWTs for. */
export interface Target extends MeasuredServer {
  readonly paths: {
    readonly register: string
    /** Of a realm with twenty policies. */
    readonly guardedRegister?: string
    /** Of a realm that limits how many clients there are. */
    readonly limitedRegister?: string
    readonly token: string
    readonly introspect?: string
  }
  /** A resource whose access tokens are JWTs signed with ES256. */
  readonly jwtResource?: string
  /** Its database is a child process of its own. */
  readonly embedsDatabase: boolean
}

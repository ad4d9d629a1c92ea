import { Refusal, type RefusalCode } from '../refusal.ts'

/** What a JWT is to the requester: how it is called when it is refused, and with which code. */
export interface JwtSubject {
  readonly name: string
  readonly code: RefusalCode
  readonly member?: string
}

export const statementSubject: JwtSubject = {
  name: 'software_statement',
  code: 'invalid_software_statement',
  member: 'software_statement',
}

/** RFC 7591 knows no code for a request that is itself a JWT; its claims are client metadata. */
export const requestSubject: JwtSubject = { name: 'the signed request', code: 'invalid_client_metadata' }

/** `problem` goes on from the name. */
export function jwtRefusal({ name, code, member }: JwtSubject, problem: string, details: JwtRefusalDetails = {}): Refusal {
  return new Refusal(code, `${name} ${problem}`, { ...details, ...(member === undefined ? {} : { member }) })
}

interface JwtRefusalDetails {
  readonly internal?: string
  readonly cause?: unknown
}

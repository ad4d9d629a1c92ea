import type { JsonObject, JsonValue } from '../client.ts'

/** A change that admission made to what was asked for: a line of the decision record. */
export interface Amendment {
  readonly member: string
  readonly from?: JsonValue
  readonly to?: JsonValue
  readonly reason: string
}

/** As the audit trail keeps it. */
export function toJson({ member, from, to, reason }: Amendment): JsonObject {
  return { member, reason, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}

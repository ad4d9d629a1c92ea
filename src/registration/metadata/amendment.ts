import type { JsonValue } from '../client.ts'

/** A change that admission made to what was asked for: a line of the decision record. */
export interface Amendment {
  readonly member: string
  readonly from?: JsonValue
  readonly to?: JsonValue
  readonly reason: string
}

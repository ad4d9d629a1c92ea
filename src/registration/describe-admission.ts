import type { Admitted } from './admit-client.ts'
import type { JsonObject } from './client.ts'
import { toJson } from './metadata/amendment.ts'

/** What the audit trail keeps of a decision (SSP-34): which statement was believed, what was changed, and why it waits. */
export function describeAdmission({ judged, request }: Admitted): JsonObject {
  const { statement } = request
  return {
    amendments: judged.amendments.map(toJson),
    ...(judged.holds.length === 0 ? {} : { holds: judged.holds.map(({ policy, reason }) => ({ policy, reason })) }),
    ...(statement === undefined
      ? {}
      : {
          statement: {
            issuer: statement.kept.issuer,
            jti: statement.kept.jti ?? null,
            kid: statement.kept.kid ?? null,
            digest: statement.kept.digest,
            isNew: statement.isNew,
          },
        }),
    ...(request.isSigned ? { signed: true } : {}),
  }
}

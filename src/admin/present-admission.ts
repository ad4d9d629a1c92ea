import type { Static } from 'typebox'
import { type Client, type ClientMetadata, type ClientStatement, jsonEqual, type Review } from '../registration/index.ts'
import type { admittedStatement, clientRevision, review } from './contract-admission.ts'
import type { ClientRevision } from './ports.ts'

export function presentStatement({
  issuerId,
  issuer,
  jti,
  kid,
  verifiedAt,
  claims,
}: ClientStatement): Static<typeof admittedStatement> {
  return {
    ...{ issuerId, issuer, verifiedAt, claims: { ...claims } },
    ...(jti === undefined ? {} : { jti }),
    ...(kid === undefined ? {} : { kid }),
  }
}

export function presentReview(
  { since, reasons, approved, decision, note, decidedAt, decidedBy }: Review,
  metadata: ClientMetadata,
): Static<typeof review> {
  return {
    since,
    reasons: reasons.map(({ policy, reason }) => ({ policy, reason })),
    ...(approved === undefined ? {} : { diff: diffOf(approved, metadata) }),
    ...(decision === undefined ? {} : { decision }),
    ...(note === undefined ? {} : { note }),
    ...(decidedAt === undefined ? {} : { decidedAt }),
    ...(decidedBy === undefined ? {} : { decidedBy }),
  }
}

/** Newest first, each with what came after it; the client as it is now came after the first one. */
export function presentRevisions(
  found: readonly ClientRevision[],
  next: Client['metadata'] | undefined,
): readonly Static<typeof clientRevision>[] {
  return found.map((entry, index) => {
    const after = index === 0 ? next : found[index - 1]?.metadata
    return {
      ...entry,
      metadata: { ...entry.metadata },
      supersededBy: { ...entry.supersededBy },
      diff: diffOf(entry.metadata, after ?? {}),
    }
  })
}

function diffOf(from: ClientMetadata, to: ClientMetadata): Readonly<Record<string, unknown>> {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((name) => !jsonEqual(from[name], to[name]))
  return Object.fromEntries(names.sort().map((name) => [name, { from: from[name] ?? null, to: to[name] ?? null }]))
}

import type { Static } from 'typebox'
import { type ClientMetadata, type ClientStatement, jsonEqual, type Review } from '../registration/index.ts'
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

/** `before`: the revision before it, where it is known. */
export function presentRevision(entry: ClientRevision, before: ClientRevision | undefined): Static<typeof clientRevision> {
  const { revision, at, state, channel, firstParty, metadata, madeBy, removedBy } = entry
  return {
    ...{ revision, at, state, channel, firstParty, metadata: { ...metadata } },
    ...(entry.review === undefined ? {} : { review: presentReview(entry.review, metadata) }),
    ...(madeBy === undefined ? {} : { madeBy: { ...madeBy } }),
    ...(removedBy === undefined ? {} : { removedBy: { ...removedBy } }),
    ...(before === undefined ? {} : { diff: diffOf(before.metadata, metadata) }),
  }
}

function diffOf(from: ClientMetadata, to: ClientMetadata): Readonly<Record<string, unknown>> {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((name) => !jsonEqual(from[name], to[name]))
  return Object.fromEntries(names.sort().map((name) => [name, { from: from[name] ?? null, to: to[name] ?? null }]))
}

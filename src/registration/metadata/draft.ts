import type { ClientMetadata, JsonValue } from '../client.ts'
import type { Violation } from '../refusal.ts'
import type { Amendment } from './amendment.ts'
import { violation } from './violation.ts'

/** Metadata on its way: what it has become, what was changed for which reason, and what cannot be helped. */
export interface Draft {
  readonly metadata: ClientMetadata
  readonly amendments: readonly Amendment[]
  readonly violations: readonly Violation[]
}

export function draftOf(metadata: ClientMetadata): Draft {
  return { metadata, amendments: [], violations: [] }
}

/** `to` undefined: the member goes. */
export function amend(draft: Draft, member: string, to: JsonValue | undefined, reason: string): Draft {
  const from = draft.metadata[member]
  const { [member]: _replaced, ...others } = draft.metadata
  const amendment: Amendment = {
    member,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    reason,
  }
  return {
    ...draft,
    metadata: to === undefined ? others : { ...others, [member]: to },
    amendments: [...draft.amendments, amendment],
  }
}

export function refuse(draft: Draft, member: string, reason: string): Draft {
  return { ...draft, violations: [...draft.violations, violation(member, reason)] }
}

import type { Realm } from '../realm.ts'
import { amend, type Draft } from './draft.ts'
import { requiredMembers } from './required-members.ts'

/** The answer says what will be demanded, whether the client asked for it or not (RFC 7591 §3.2.1). */
export function meetRequirements(draft: Draft, realm: Realm): Draft {
  const members = Object.keys(requiredMembers(draft.metadata, realm))
  return members.reduce((meeting, member) => amend(meeting, member, true, 'demanded of every client of this realm'), draft)
}

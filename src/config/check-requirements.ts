import { complain, type Draft } from './draft.ts'
import type { Path } from './problem.ts'
import type { RealmFile } from './realm-schema.ts'

/** What is demanded of clients has to be on offer. */
export function checkRequirements(draft: Draft, path: Path, realm: RealmFile): void {
  for (const { member, isMet, accepts } of demands) {
    if (realm[member] && !isMet(realm)) complain(draft, [...path, member], accepts)
  }
}

interface Demand {
  readonly member: 'requirePushedAuthorizationRequests' | 'requireSignedRequestObjects' | 'requireSenderConstrainedTokens'
  readonly isMet: (realm: RealmFile) => boolean
  readonly accepts: string
}

const demands: readonly Demand[] = [
  {
    member: 'requirePushedAuthorizationRequests',
    isMet: ({ features }) => features.pushedAuthorizationRequests,
    accepts: 'nobody could push any; set features.pushedAuthorizationRequests: true',
  },
  {
    member: 'requireSignedRequestObjects',
    isMet: ({ features }) => features.requestObjects,
    accepts: 'nobody could send any; set features.requestObjects: true',
  },
  {
    member: 'requireSenderConstrainedTokens',
    isMet: ({ features }) => features.dPoP || features.mTLS,
    accepts: 'nothing could bind them; set features.dPoP or features.mTLS: true',
  },
  {
    member: 'requireSenderConstrainedTokens',
    isMet: ({ responseTypes }) => !responseTypes.some((type) => type.split(' ').includes('token')),
    accepts: 'tokens in the front channel cannot be bound; leave out responseTypes with token',
  },
]

import type { Channel, Client } from './client.ts'
import type { Requester } from './policy-authority/define-policy.ts'
import type { Source } from './requests.ts'
import type { Authorization } from './tokens/authorize-registration.ts'

/** Who asks for a new client. A statement says most about where it comes from, an address the least. */
export function requesterOf(
  authorization: Authorization,
  { address, certificate }: Source,
  { isSigned, isAttested }: { readonly isSigned: boolean; readonly isAttested: boolean },
): Requester {
  const { initialAccessToken, accessToken } = authorization
  return {
    channel: channelOf(authorization, isAttested, (certificate?.trustedCas.length ?? 0) > 0),
    ...(initialAccessToken === undefined ? {} : { initialAccessToken: toldOf(initialAccessToken) }),
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(address === undefined ? {} : { address }),
    ...(certificate === undefined ? {} : { certificate }),
    isSigned,
    isAdministrator: false,
  }
}

/** Who asks for something to be done to a client that is there. */
export function requesterForClient(
  { channel, provenance }: Client,
  { address, certificate }: Source,
  more: Partial<Requester> = {},
): Requester {
  const { initialAccessToken } = provenance
  return {
    channel,
    ...(initialAccessToken === undefined ? {} : { initialAccessToken: { id: initialAccessToken } }),
    ...(address === undefined ? {} : { address }),
    ...(certificate === undefined ? {} : { certificate }),
    isSigned: false,
    isAdministrator: false,
    ...more,
  }
}

/** An administrator, who makes or changes a client of that channel. */
export function administratorFor(channel: Channel): Requester {
  return { channel, isSigned: false, isAdministrator: true }
}

function channelOf(authorization: Authorization, isAttested: boolean, isVouchedFor: boolean): Channel {
  if (isAttested) return 'software-statement'
  return authorization.channel === 'open' && isVouchedFor ? 'certificate' : authorization.channel
}

function toldOf({ id, label }: { readonly id: string; readonly label?: string }): NonNullable<Requester['initialAccessToken']> {
  return { id, ...(label === undefined ? {} : { label }) }
}

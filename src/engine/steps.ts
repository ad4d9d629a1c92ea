import {
  completeAuthorizationRequest,
  refuseUnregisteredFlow,
  refuseUnregisteredResponseType,
} from './authorization/authorization-requests.ts'
import { signInByBasic } from './authorization/basic-sign-in.ts'
import { logOutInFrames } from './authorization/logout.ts'
import { resolveRequestUri } from './authorization/request-uri.ts'
import { holdBackErrors } from './authorization/trust.ts'
import { openUnsignedRequest } from './authorization/unsigned-request-objects.ts'
import { requireCaller } from './clients/require-caller.ts'
import { insertBefore, insertFirst, replace } from './seam/seam-pipelines.ts'
import { acceptJwt, introspectJwt, revokeJwt } from './tokens/token-inspection.ts'
import { announceInterval, completeTokenRequest, pacePolling, refuseUnregisteredGrant } from './tokens/token-requests.ts'
import { tellVendorMembers } from './tokens/vendor-introspection.ts'

/** Where our steps stand between the engine's; called once, before the first provider is made. */
export function installSteps(): void {
  insertFirst('authorization', holdBackErrors)
  insertFirst('resume', holdBackErrors)
  for (const endpoint of [
    'authorization',
    'device_authorization',
    'pushed_authorization_request',
    'backchannel_authentication',
  ] as const) {
    insertBefore(endpoint, 'rejectUnsupported', resolveRequestUri)
    insertBefore(endpoint, 'processRequestObject', openUnsignedRequest)
    insertBefore(endpoint, 'checkScope', completeAuthorizationRequest)
  }
  for (const endpoint of ['authorization', 'pushed_authorization_request'] as const) {
    insertBefore(endpoint, 'checkResponseType', refuseUnregisteredResponseType)
  }
  insertBefore('authorization', 'loadAccount', signInByBasic)
  for (const endpoint of ['device_authorization', 'backchannel_authentication'] as const) {
    insertBefore(endpoint, 'checkClientGrantType', refuseUnregisteredFlow)
    insertFirst(endpoint, announceInterval)
  }
  insertBefore('token', 'allowedGrantTypeCheck', refuseUnregisteredGrant)
  insertBefore('token', 'callTokenHandler', pacePolling)
  insertBefore('token', 'callTokenHandler', completeTokenRequest)
  insertBefore('introspection', 'authenticateClient', requireCaller)
  replace('introspection', 'rejectStructuredTokens', acceptJwt)
  insertBefore('introspection', 'renderTokenResponse', tellVendorMembers)
  insertBefore('introspection', 'renderTokenResponse', introspectJwt)
  insertBefore('revocation', 'rejectStructuredTokens', revokeJwt)
  insertBefore('end_session_confirm', 'endSession', logOutInFrames)
}

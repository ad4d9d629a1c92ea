import pipelineOf from 'oidc-provider/lib/actions/authorization/index.js'
import { confirm } from 'oidc-provider/lib/actions/end_session.js'
import introspection from 'oidc-provider/lib/actions/introspection.js'
import revocation from 'oidc-provider/lib/actions/revocation.js'
import token from 'oidc-provider/lib/actions/token.js'
import type { Step } from '../runtime.ts'

/**
 * The engine's endpoints are lists of named steps, shared by all its providers and read when one is made. Where it offers no
 * hook, we put a step of ours between two of its own: after it authenticated the client, before it acts.
 */
export type Endpoint =
  | 'authorization'
  | 'resume'
  | 'device_authorization'
  | 'pushed_authorization_request'
  | 'backchannel_authentication'
  | 'token'
  | 'introspection'
  | 'revocation'
  | 'end_session_confirm'

/** @throws when the engine has no step of that name any more; the server does not start then. */
export function insertBefore(endpoint: Endpoint, name: string, step: Step): void {
  const steps = stepsOf(endpoint)
  remove(steps, step)
  const at = steps.findIndex((candidate) => candidate.name === name)
  if (at === -1) throw new Error(`oidc-provider has no step ${name} at ${endpoint}`)
  steps.splice(at, 0, step)
}

/** @throws when the engine has no step of that name any more. */
export function replace(endpoint: Endpoint, name: string, step: Step): void {
  const steps = stepsOf(endpoint)
  const at = steps.findIndex((candidate) => candidate.name === name || candidate.name === step.name)
  if (at === -1) throw new Error(`oidc-provider has no step ${name} at ${endpoint}`)
  steps[at] = step
}

export function insertFirst(endpoint: Endpoint, step: Step): void {
  const steps = stepsOf(endpoint)
  remove(steps, step)
  steps.unshift(step)
}

type Steps = ((ctx: never, next: () => Promise<void>) => unknown)[]

/** So that loading this module twice in one process leaves one step of each name. */
function remove(steps: Steps, { name }: Step): void {
  const at = steps.findIndex((candidate) => candidate.name === name)
  if (at !== -1) steps.splice(at, 1)
}

function stepsOf(endpoint: Endpoint): Steps {
  switch (endpoint) {
    case 'token':
      return token
    case 'introspection':
      return introspection
    case 'revocation':
      return revocation
    case 'end_session_confirm':
      return confirm
    default:
      return pipelineOf(endpoint)
  }
}

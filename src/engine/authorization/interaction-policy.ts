import { interactionPolicy } from 'oidc-provider'
import { parameter } from '../runtime.ts'
import { factsAbout } from '../seam/seam.ts'
import { isProvable } from './trust.ts'

/** The engine's prompts, with one rule changed: who is asked every time depends on the redirect, not on the application type. */
export function promptPolicy(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base()
  const consent = policy.get('consent')
  if (consent?.checks.get('native_client_prompt') === undefined) throw new Error('oidc-provider has no consent prompt to amend')
  consent.checks.remove('native_client_prompt')
  consent.checks.add(unprovableClient())
  return policy
}

function unprovableClient(): interactionPolicy.Check {
  return new interactionPolicy.Check(
    'unprovable_client',
    'the client cannot be recognised by its redirect URI, a person has to confirm it',
    'interaction_required',
    ({ oidc }) => {
      if (oidc.client === undefined || oidc.result?.consent !== undefined || factsAbout(oidc.client).firstParty) return false
      return !isProvable(parameter({ oidc } as Parameters<typeof parameter>[0], 'redirect_uri'))
    },
  )
}

import { complain, type Draft, isSound } from './draft.ts'
import { complainOfUnsafe } from './resolve-secret.ts'

/** Registrations per second from one address that no honest user of an open endpoint needs. */
const openRegistrationsPerSecondMax = 10

/** What works but must not run where strangers can reach it; secrets and URLs are judged where they are read. */
export function checkSafety(draft: Draft): void {
  if (draft.file.mode !== 'production') return
  for (const name of ['secret', 'adminToken'] as const) checkSource(draft, name)
  for (const name of Object.keys(draft.file.realms ?? {})) checkOpenRegistration(draft, name)
}

/** Also where the environment wins over the file: what stands in the file is still there to be read. */
function checkSource(draft: Draft, name: 'secret' | 'adminToken'): void {
  const source = draft.file[name]
  if (source === undefined || !isSound(draft, name) || 'env' in source || 'file' in source) return
  complainOfUnsafe(draft, source, [name])
}

function checkOpenRegistration(draft: Draft, name: string): void {
  if (!isSound(draft, 'realms', name, 'registration') || !isSound(draft, 'http')) return
  const registration = draft.file.realms[name]?.registration
  if (!registration?.enabled || registration.initialAccessTokenRequired) return
  const { requestsMax, windowSeconds } = draft.file.http.rateLimits.registrationsPerAddress
  if (requestsMax / windowSeconds <= openRegistrationsPerSecondMax) return
  const path = ['realms', name, 'registration', 'initialAccessTokenRequired']
  complain(
    draft,
    path,
    'registration is open to anyone while http.rateLimits.registrationsPerAddress hardly limits it; ' +
      `lower that to ${openRegistrationsPerSecondMax} per second or less, or require an initial access token`,
  )
}

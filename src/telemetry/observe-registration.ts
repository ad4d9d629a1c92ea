import { Refusal, type Registration } from '../registration/index.ts'
import type { ManagementOperation, Outcome } from './create-metrics.ts'
import type { Telemetry } from './create-telemetry.ts'

type Recorder = Pick<Telemetry, 'registrationEnded' | 'managementRequestEnded'>

/** The same registration, counted: what was registered, read, changed and deleted, and what was refused and why. */
export function observeRegistration(registration: Registration, recorder: Recorder): Registration {
  const managed =
    <Request, Result>(operation: ManagementOperation, call: (request: Request) => Promise<Result>) =>
    (request: Request): Promise<Result> =>
      observe(call(request), (outcome) => recorder.managementRequestEnded(operation, outcome))
  return {
    ...registration,
    register(request) {
      const channel = request.presented === undefined ? 'open' : 'initial-access-token'
      const start = performance.now()
      return observe(registration.register(request), (outcome, reason) => {
        const seconds = (performance.now() - start) / 1000
        recorder.registrationEnded({ channel, outcome, seconds, ...(reason === undefined ? {} : { reason }) })
      })
    },
    read: managed('read', registration.read),
    update: managed('replace', registration.update),
    patch: managed('merge', registration.patch),
    remove: managed('delete', registration.remove),
  }
}

async function observe<Result>(
  work: Promise<Result>,
  ended: (outcome: Outcome, reason?: Refusal['code']) => void,
): Promise<Result> {
  try {
    const result = await work
    ended('accepted')
    return result
  } catch (error) {
    if (error instanceof Refusal) ended('refused', error.code)
    else ended('failed')
    throw error
  }
}

import { Refusal } from '../../src/registration/index.ts'

/** What an attempt is refused with; a fault is a fault of the test. */
export async function refusalOf(attempt: Promise<unknown>): Promise<Refusal> {
  const outcome = await attempt.then(
    () => new Error('it was accepted'),
    (thrown: unknown) => thrown,
  )
  if (outcome instanceof Refusal) return outcome
  throw outcome
}

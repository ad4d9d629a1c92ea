/** Where a refused change is at fault. */
export function problemsOf(change: Promise<unknown>): Promise<readonly (string | undefined)[]> {
  return change.then(
    () => [],
    (error: { violations: readonly { member?: string }[] }) => error.violations.map(({ member }) => member),
  )
}

/** Something in a realm that does not fit the rest of it. `path` leads from the realm to the place at fault. */
export interface RealmProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Names that stand there twice, `path` being the list. */
export function twins(path: RealmProblem['path'], names: readonly string[]): readonly RealmProblem[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) < index ? [{ path: [...path, index], message: `${name} stands here twice; give each its own name` }] : [],
  )
}

/** What could be given instead. */
export function choices(names: readonly string[]): string {
  return names.length === 0 ? 'there is none yet' : `give one of ${names.join(', ')}`
}

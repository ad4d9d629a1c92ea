/** In which words a dialect writes client metadata, where those are not the registry's. */
export interface DialectWords {
  /** Other names of members, in whatever language; the registry's own name wins where both are sent. */
  readonly members?: Readonly<Record<string, string>>
  /** Lists that hold the words of a text, as `scopes` does those of `scope`. Where both are sent, they have to agree. */
  readonly lists?: Readonly<Record<string, string>>
  /** Members that only say in other words what another member says. */
  readonly classes?: Readonly<Record<string, DialectClass>>
  /** Certificates in PEM that stand for a key in `jwks`. */
  readonly certificates?: readonly string[]
}

export interface DialectClass {
  readonly member: string
  /** What each word means for the other member: this value, or any but this one. */
  readonly means: Readonly<Record<string, { readonly is: string } | { readonly isNot: string }>>
}

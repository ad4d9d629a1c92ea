/** What the seam reaches that `oidc-provider` does not declare. Not covered by its version promise: `test/engine/seam.test.ts` watches each. */
type PipelineStep = (ctx: never, next: () => Promise<void>) => unknown

declare module 'oidc-provider/lib/actions/authorization/index.js' {
  const pipelineOf: (endpoint: string) => PipelineStep[]
  export default pipelineOf
}

declare module 'oidc-provider/lib/helpers/weak_cache.js' {
  interface Internals {
    readonly configuration: {
      readonly responseTypes: string[]
      readonly grantTypes: Set<string>
      readonly scopes: ReadonlySet<string>
    }
  }
  const internalsOf: (provider: object) => Internals
  export default internalsOf
}

declare module 'oidc-provider/lib/actions/token.js' {
  const pipeline: PipelineStep[]
  export default pipeline
}

declare module 'oidc-provider/lib/actions/introspection.js' {
  const pipeline: PipelineStep[]
  export default pipeline
}

declare module 'oidc-provider/lib/actions/revocation.js' {
  const pipeline: PipelineStep[]
  export default pipeline
}

declare module 'oidc-provider/lib/actions/end_session.js' {
  export const confirm: PipelineStep[]
}

/** Pages lead to the engine and the engine to pages: the engine is met late. */
export function lateEngine<Interactions extends object, Requests extends object, Assertions extends object>(
  engine: () => {
    readonly interactions: Interactions
    readonly backchannelRequests: Requests
    readonly clientAssertions: Assertions
  },
) {
  return {
    interactions: late(() => engine().interactions),
    backchannelRequests: late(() => engine().backchannelRequests),
    clientAssertions: late(() => engine().clientAssertions),
  }
}

function late<Part extends object>(part: () => Part): Part {
  return new Proxy<Part>({} as Part, { get: (_, name) => Reflect.get(part(), name) })
}

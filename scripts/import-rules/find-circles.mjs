/** One circle per knot: the files that reach each other, in the order in which they import one another. */
export function findCircles(modules) {
  const edges = new Map(modules.map(({ path, imports }) => [path, imports.flatMap(({ to }) => (to === undefined ? [] : [to]))]))
  const done = new Set()
  const circles = []
  for (const { path } of modules) walk(path, [], { edges, done, circles })
  return circles
}

function walk(path, trail, state) {
  const at = trail.indexOf(path)
  if (at >= 0) state.circles.push([...trail.slice(at), path])
  if (at >= 0 || state.done.has(path)) return
  for (const next of state.edges.get(path) ?? []) walk(next, [...trail, path], state)
  state.done.add(path)
}

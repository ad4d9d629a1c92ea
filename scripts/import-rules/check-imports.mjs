import { posix } from 'node:path'
import { findCircles } from './find-circles.mjs'
import { readModule } from './read-module.mjs'
import { packageOf, rules } from './rules.mjs'

/** `files`: text by path from the root of the repository. Pure, so that a test can hand in deliberate violations. */
export function checkImports(files) {
  const modules = Object.entries(files).map(([path, text]) => resolveImports(readModule(path, text)))
  const broken = modules.flatMap((module) => rules.filter(({ covers }) => covers(module.path)).flatMap(judge(module)))
  const circles = findCircles(modules).map((circle) => ({
    rule: 'no-circles',
    path: circle[0],
    problem: `imports itself by way of ${circle.slice(1).join(' → ')}`,
    says: 'no file imports itself by way of others, types included',
  }))
  return [...broken, ...circles]
}

function judge(module) {
  return (rule) =>
    [
      ...module.imports.filter((one) => !rule.allows(one)).map(({ specifier }) => `imports ${specifier}`),
      ...(rule.forbids?.(module) ?? []).map((found) => `holds ${found}`),
    ].map((problem) => ({ rule: rule.name, path: module.path, problem, says: rule.says }))
}

function resolveImports(module) {
  const imports = module.imports.map((one) => ({
    ...one,
    from: module.path,
    to: one.specifier.startsWith('.') ? posix.join(posix.dirname(module.path), one.specifier) : undefined,
    package: packageOf(one.specifier),
  }))
  return { ...module, imports }
}

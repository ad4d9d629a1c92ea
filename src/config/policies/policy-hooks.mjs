// How an operator's files are found and read by the thread that runs them. It serves both ways in which Node takes such hooks:
// in a thread of their own (`register`, every Node) and in the thread itself (`registerHooks`, where there is one).
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const code = /\.m?[jt]s$/
const typeScript = /\.m?ts$/
const ownPackages = /^typebox(\/|$)/

/** The files as they were when the folder was read, by URL: a thread that is started again runs the same code. */
let sources = new Map()
let folder = ''
let kit = ''

export function initialize(data) {
  sources = data.sources
  folder = data.folder
  kit = data.kit
}

export function resolve(specifier, context, next) {
  const entry = fileFor(specifier, context.parentURL)
  // Without asking Node: it would follow a link out of the folder, as every mounted ConfigMap has one.
  if (entry !== undefined) return { url: entry, format: 'module', shortCircuit: true }
  if (!isOwn(context.parentURL)) return next(specifier, context)
  if (specifier === 'oauth-registrar') return { url: kit, format: 'module', shortCircuit: true }
  return next(specifier, ownPackages.test(specifier) ? { ...context, parentURL: import.meta.url } : context)
}

export function load(url, context, next) {
  if (!isOwn(url) && !isTypeScript(url)) return next(url, context)
  const source = sources.get(url) ?? readFileSync(fileURLToPath(url), 'utf8')
  return { format: 'module', source: typeScript.test(url) ? withoutTypes(source, url) : source, shortCircuit: true }
}

/** `./a.js` may be written for `./a.ts`, as the compiler wants it. */
function fileFor(specifier, parentURL) {
  if (!/^(\.|file:)/.test(specifier)) return undefined
  const { href } = new URL(specifier, parentURL)
  const isThere = (url) => sources.has(url) || (isOwn(url) && existsSync(fileURLToPath(url)))
  return [href, href.replace(/js$/, 'ts')].find(isThere)
}

/** A module of the operator's folder; a package that stands there is somebody else's. */
function isOwn(url) {
  return sources.has(url) || (url?.startsWith(folder) && code.test(url) && !url.includes('/node_modules/'))
}

function isTypeScript(url) {
  return url.startsWith('file:') && typeScript.test(url) && !url.includes('/node_modules/')
}

function withoutTypes(source, url) {
  const { transformSync } = require('@swc/wasm-typescript')
  try {
    return transformSync(source, { mode: 'strip-only', module: true, filename: fileURLToPath(url) }).code
  } catch (cause) {
    const { message, startLine, startColumn } = cause
    const place = startLine === undefined ? '' : `:${startLine}:${startColumn + 1}`
    throw new SyntaxError(`${fileURLToPath(url)}${place}: ${message ?? cause}`, { cause })
  }
}

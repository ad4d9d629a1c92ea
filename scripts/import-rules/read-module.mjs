import { parseSync, Visitor } from 'oxc-parser'

/**
 * What a file asks of others and what it says that a rule has a word about. Type-only imports count like any other:
 * a type that leaks is a coupling all the same.
 */
export function readModule(path, text) {
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`)
  const module = { path, imports: [], statuses: [], texts: [], computed: [] }
  new Visitor(visitorOf(module)).visit(program)
  return module
}

function visitorOf(module) {
  const add = (source, names = []) => {
    if (typeof source?.value === 'string') module.imports.push({ specifier: source.value, names })
  }
  return {
    ImportDeclaration: (node) => add(node.source, node.specifiers.map(importedName)),
    ExportNamedDeclaration: (node) =>
      add(
        node.source,
        node.specifiers.map(({ local }) => local.name),
      ),
    ExportAllDeclaration: (node) => add(node.source, ['*']),
    TSImportType: (node) => add(node.source),
    TSImportEqualsDeclaration: (node) => add(node.moduleReference.expression, ['*']),
    ImportExpression: (node) =>
      node.source.type === 'Literal' ? add(node.source, ['*']) : module.computed.push('an import() of a computed path'),
    CallExpression: (node) => readCall(node, module, add),
    Property: (node) => {
      if (isStatusName(node.key.name ?? node.key.value)) addStatus(module, node.value)
    },
    AssignmentExpression: (node) => {
      if (isStatusName(node.left.property?.name)) addStatus(module, node.right)
    },
    Literal: (node) => {
      if (typeof node.value === 'string') module.texts.push(node.value)
    },
    TemplateLiteral: (node) => module.texts.push(node.quasis.map(({ value }) => value.cooked ?? '').join('$1')),
  }
}

function readCall(node, module, add) {
  const [first] = node.arguments
  const called = node.callee.property?.name ?? node.callee.name
  if (called === 'require') add(first, ['*'])
  if (['code', 'status', 'writeHead', 'sendStatus'].includes(called)) addStatus(module, first)
}

function importedName(specifier) {
  return specifier.type === 'ImportSpecifier' ? (specifier.imported.name ?? specifier.imported.value) : '*'
}

function isStatusName(name) {
  return name === 'status' || name === 'statusCode'
}

function addStatus(module, node) {
  if (typeof node?.value === 'number' && node.value >= 100 && node.value < 600) module.statuses.push(node.value)
}

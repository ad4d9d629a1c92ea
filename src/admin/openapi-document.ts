import type { AdminRoute } from './admin-route.ts'
import { problem } from './contract.ts'

/** OpenAPI 3.1, whose schemas are JSON Schema: what the routes are checked with is what is described. */
export function openApiDocument(routes: readonly AdminRoute[]): object {
  const paths = new Map<string, Record<string, object>>()
  for (const route of routes) {
    const path = route.path.replaceAll(/:([a-z_]+)/g, '{$1}')
    paths.set(path, { ...paths.get(path), [route.method.toLowerCase()]: operation(route) })
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Registrar admin API', version: '1' },
    security: [{ administrator: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { administrator: { type: 'http', scheme: 'bearer', description: 'The administrator token.' } },
      schemas: { Problem: problem },
    },
  }
}

function operation(route: AdminRoute): object {
  const parameters = [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')]
  const schema = route.describedBody ?? route.body
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(schema === undefined ? {} : { requestBody: { content: contentOf(schema, route) } }),
    responses: { ...Object.fromEntries(Object.entries(route.answers).map(response)), default: problemResponse },
  }
}

function contentOf(schema: object, { otherMediaTypes = [], otherMediaOnly }: AdminRoute): object {
  const others = otherMediaTypes.map((type) => [type, { schema: { type: 'string' } }])
  return Object.fromEntries([...(otherMediaOnly === true ? [] : [['application/json', { schema }]]), ...others])
}

const problemResponse = {
  description: 'A problem document (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

function response([status, { description, schema }]: [string, AdminRoute['answers'][number]]): [string, object] {
  return [status, schema === undefined ? { description } : { description, content: { 'application/json': { schema } } }]
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>
  readonly required?: readonly string[]
}

function parametersOf(schema: object | undefined, place: 'path' | 'query'): readonly object[] {
  const { properties = {}, required = [] } = (schema ?? {}) as ObjectSchema
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    // What has a default can be left out of a query.
    required: place === 'path' || (required.includes(name) && !('default' in property)),
    ...(description === undefined ? {} : { description }),
    schema: property,
  }))
}

/** `GET /admin/v1/realms/:realm/clients` is `get_realms_realm_clients`: stable as long as the path is. */
function operationId({ method, path }: AdminRoute): string {
  return [method.toLowerCase(), ...path.replace('/admin/v1/', '').split(/[/:-]+/)].join('_')
}

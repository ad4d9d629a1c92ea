import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from '@modelcontextprotocol/sdk/types.js'

/** What anybody needs here at all. */
export const scopesOfServer = ['mcp:tools']

/** By subject; gone when the process ends. */
const notes = new Map()
const notesMax = 100
const noteLengthMax = 1000

/** `scopes`: all that a call needs. `run` gets the arguments, and what the access token said. */
const tools = [
  {
    name: 'whoami',
    description: 'Tells who calls: the person or machine, the client, who acts on their behalf, and with which scopes.',
    inputSchema: { type: 'object', properties: {} },
    scopes: scopesOfServer,
    run: (_, { clientId, scopes, extra }) => ({ client: clientId, ...extra, scopes }),
  },
  {
    name: 'add_note',
    description: 'Keeps a note for the person, and tells all that there are.',
    inputSchema: {
      type: 'object',
      properties: { text: { type: 'string', minLength: 1, maxLength: noteLengthMax } },
      required: ['text'],
    },
    scopes: [...scopesOfServer, 'mcp:write'],
    run: ({ text }, { extra: { subject } }) => {
      if (typeof text !== 'string' || text === '' || text.length > noteLengthMax) {
        throw new McpError(ErrorCode.InvalidParams, `text: give 1 to ${noteLengthMax} characters`)
      }
      notes.set(subject, [...(notes.get(subject) ?? []), text].slice(-notesMax))
      return { notes: notes.get(subject) }
    },
  },
]

/** Of a message, or of several in one. */
export function scopesOfCall(message) {
  const calls = [message ?? []].flat().filter((part) => part?.method === 'tools/call')
  return [...new Set([scopesOfServer, ...calls.map(({ params }) => findTool(params?.name)?.scopes ?? [])].flat())]
}

export function createMcpServer() {
  const mcp = new Server({ name: 'example', version: '1.0.0' }, { capabilities: { tools: {} } })
  mcp.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
  }))
  mcp.setRequestHandler(CallToolRequestSchema, ({ params }, { authInfo }) => {
    const tool = findTool(params.name)
    if (tool === undefined) throw new McpError(ErrorCode.InvalidParams, `there is no tool ${params.name}`)
    return { content: [{ type: 'text', text: JSON.stringify(tool.run(params.arguments ?? {}, authInfo)) }] }
  })
  return mcp
}

function findTool(name) {
  return tools.find((tool) => tool.name === name)
}

import { page } from './markdown.mjs'

const columns = 110

/** What `--help` says, for every command. */
export async function commandsPage(load) {
  const { createProgram } = await load('cli/program')
  const { exitCodes } = await load('cli/cli-error')
  const printed = []
  const program = createProgram({ write: (text) => void printed.push(text), writeError: () => undefined })
  const helpOf = (command) => {
    printed.length = 0
    command.configureOutput({ getOutHelpWidth: () => columns }).outputHelp()
    return printed.join('').trimEnd()
  }
  const parts = commandsIn(program, []).map(({ command, names }) => {
    const heading = command.commands.length > 0 ? '##' : '###'
    return [`${heading} ${names.join(' ')}`, '```text', helpOf(command), '```'].join('\n').replace('\n```', '\n\n```')
  })
  return page('Commands', introduction(exitCodes), ...parts)
}

function commandsIn(command, parents) {
  const names = [...parents, command.name()]
  return [{ command, names }, ...command.commands.flatMap((child) => commandsIn(child, names))]
}

function introduction({ ok, failure, usage, notFound, notAllowed, conflict }) {
  return [
    'Results go to standard output, problems with a next step to standard error. In a checkout, `node dist/cli/main.js` is',
    '`registrar`, once `npm run build` has run.',
    '',
    `Exit codes: ${ok} done, ${failure} failed, ${usage} wrong usage, ${notFound} not found, ${notAllowed} not allowed, ${conflict} conflict.`,
  ].join('\n')
}

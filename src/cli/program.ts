import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { agentsCreate } from './commands/agents-create.ts'
import { agentsDelete } from './commands/agents-delete.ts'
import { agentsList } from './commands/agents-list.ts'
import { approvalsApprove } from './commands/approvals-approve.ts'
import { approvalsList } from './commands/approvals-list.ts'
import { approvalsRefuse } from './commands/approvals-refuse.ts'
import { clientsCreate } from './commands/clients-create.ts'
import { clientsDelete } from './commands/clients-delete.ts'
import { clientsExport } from './commands/clients-export.ts'
import { clientsGet } from './commands/clients-get.ts'
import { clientsHistory } from './commands/clients-history.ts'
import { clientsImport } from './commands/clients-import.ts'
import { clientsList } from './commands/clients-list.ts'
import { clientsResume } from './commands/clients-resume.ts'
import { clientsRotateSecret } from './commands/clients-rotate-secret.ts'
import { clientsRotateToken } from './commands/clients-rotate-token.ts'
import { clientsSuspend } from './commands/clients-suspend.ts'
import { clientsUpdate } from './commands/clients-update.ts'
import { configCheck } from './commands/config-check.ts'
import { identityProvidersCreate } from './commands/identity-providers-create.ts'
import { identityProvidersDelete } from './commands/identity-providers-delete.ts'
import { identityProvidersList } from './commands/identity-providers-list.ts'
import { identityProvidersUpdate } from './commands/identity-providers-update.ts'
import { keysGenerate } from './commands/keys-generate.ts'
import { keysList } from './commands/keys-list.ts'
import { keysRotate } from './commands/keys-rotate.ts'
import { nodesList } from './commands/nodes-list.ts'
import { policiesCreate } from './commands/policies-create.ts'
import { policiesDelete } from './commands/policies-delete.ts'
import { policiesGet } from './commands/policies-get.ts'
import { policiesList } from './commands/policies-list.ts'
import { policiesOrder } from './commands/policies-order.ts'
import { policiesPreview } from './commands/policies-preview.ts'
import { policiesReplay } from './commands/policies-replay.ts'
import { policiesTypes } from './commands/policies-types.ts'
import { policiesUpdate } from './commands/policies-update.ts'
import { policyNew } from './commands/policy-new.ts'
import { policyTest } from './commands/policy-test.ts'
import { privilegesGrant } from './commands/privileges-grant.ts'
import { privilegesList } from './commands/privileges-list.ts'
import { privilegesRevoke } from './commands/privileges-revoke.ts'
import { realmsCreate } from './commands/realms-create.ts'
import { realmsDelete } from './commands/realms-delete.ts'
import { realmsGet } from './commands/realms-get.ts'
import { realmsList } from './commands/realms-list.ts'
import { realmsUpdate } from './commands/realms-update.ts'
import { registerCreate } from './commands/register-create.ts'
import { registerDelete } from './commands/register-delete.ts'
import { registerRead } from './commands/register-read.ts'
import { registerUpdate } from './commands/register-update.ts'
import { resourcesCreate } from './commands/resources-create.ts'
import { resourcesDelete } from './commands/resources-delete.ts'
import { resourcesList } from './commands/resources-list.ts'
import { resourcesUpdate } from './commands/resources-update.ts'
import { serve } from './commands/serve.ts'
import { statementInspect } from './commands/statement-inspect.ts'
import { statementIssue } from './commands/statement-issue.ts'
import { statementSign } from './commands/statement-sign.ts'
import { tokensInitialCreate } from './commands/tokens-initial-create.ts'
import { tokensInitialList } from './commands/tokens-initial-list.ts'
import { tokensInitialRevoke } from './commands/tokens-initial-revoke.ts'
import { trustAdd } from './commands/trust-add.ts'
import { trustList } from './commands/trust-list.ts'
import { trustRemove } from './commands/trust-remove.ts'
import { usersCreate } from './commands/users-create.ts'
import { usersDelete } from './commands/users-delete.ts'
import { usersGet } from './commands/users-get.ts'
import { usersList } from './commands/users-list.ts'
import { usersUpdate } from './commands/users-update.ts'
import { webhooksCreate } from './commands/webhooks-create.ts'
import { webhooksDelete } from './commands/webhooks-delete.ts'
import { webhooksDeliveries } from './commands/webhooks-deliveries.ts'
import { webhooksList } from './commands/webhooks-list.ts'
import { webhooksRetry } from './commands/webhooks-retry.ts'
import type { Io } from './io.ts'

/** `registrar <noun> <verb>`; each verb is a file of `commands/`. */
export function createProgram(io: Io): Command {
  const program = new Command('registrar')
    .description('An OAuth 2.x and OpenID Connect authorization server whose centre is dynamic client registration.')
    .version(version(), '-V, --version')
  settle(program, io)
  program.addCommand(serve(io))
  noun(program, 'config', 'The configuration file', [configCheck(io)])
  addRealms(program, io)
  addAdministration(program, io)
  noun(program, 'policy', 'Policies of your own', [policyNew(io), policyTest(io)])
  const tokens = noun(program, 'tokens', 'Tokens, as an administrator', [])
  noun(tokens, 'initial', 'Initial access tokens (RFC 7591 §3)', [
    tokensInitialCreate(io),
    tokensInitialList(io),
    tokensInitialRevoke(io),
  ])
  noun(program, 'register', 'Register and manage a client, as that client (RFC 7591, RFC 7592)', [
    registerCreate(io),
    registerRead(io),
    registerUpdate(io),
    registerDelete(io),
  ])
  noun(program, 'keys', 'Key pairs of clients, signing keys of the server', [keysGenerate(io), keysList(io), keysRotate(io)])
  noun(program, 'nodes', 'The nodes of the cluster, as an administrator', [nodesList(io)])
  noun(program, 'statement', 'Software statements (RFC 7591 §2.3): made by a directory, presented by software', [
    statementSign(io),
    statementIssue(io),
    statementInspect(io),
  ])
  settleAll(program, io)
  return program
}

function addAdministration(program: Command, io: Io): void {
  noun(program, 'clients', 'Registered clients, as an administrator', [
    clientsList(io),
    clientsGet(io),
    clientsCreate(io),
    clientsUpdate(io),
    clientsSuspend(io),
    clientsResume(io),
    clientsRotateSecret(io),
    clientsRotateToken(io),
    clientsHistory(io),
    clientsDelete(io),
    clientsImport(io),
    clientsExport(io),
  ])
  noun(program, 'approvals', 'Clients that wait for an administrator', [
    approvalsList(io),
    approvalsApprove(io),
    approvalsRefuse(io),
  ])
  noun(program, 'policies', 'What judges registrations, as an administrator', [
    policiesList(io),
    policiesTypes(io),
    policiesGet(io),
    policiesCreate(io),
    policiesUpdate(io),
    policiesOrder(io),
    policiesDelete(io),
    policiesPreview(io),
    policiesReplay(io),
  ])
  noun(program, 'agents', 'Agents: clients that act for people', [agentsList(io), agentsCreate(io), agentsDelete(io)])
  noun(program, 'privileges', 'For whom agents may act, and where', [
    privilegesList(io),
    privilegesGrant(io),
    privilegesRevoke(io),
  ])
  noun(program, 'identity-providers', 'Where people sign in besides here, as an administrator', [
    identityProvidersList(io),
    identityProvidersCreate(io),
    identityProvidersUpdate(io),
    identityProvidersDelete(io),
  ])
  noun(program, 'resources', 'What tokens are made for, as an administrator', [
    resourcesList(io),
    resourcesCreate(io),
    resourcesUpdate(io),
    resourcesDelete(io),
  ])
  noun(program, 'trust', 'Trusted certificate authorities, as an administrator', [trustList(io), trustAdd(io), trustRemove(io)])
  noun(program, 'webhooks', 'Where events are sent, as an administrator', [
    webhooksList(io),
    webhooksCreate(io),
    webhooksDelete(io),
    webhooksDeliveries(io),
    webhooksRetry(io),
  ])
}

function addRealms(program: Command, io: Io): void {
  noun(program, 'realms', 'Realms: issuers with keys, clients and users of their own, as an administrator', [
    realmsList(io),
    realmsGet(io),
    realmsCreate(io),
    realmsUpdate(io),
    realmsDelete(io),
  ])
  noun(program, 'users', 'People who can sign in, as an administrator', [
    usersList(io),
    usersGet(io),
    usersCreate(io),
    usersUpdate(io),
    usersDelete(io),
  ])
}

function noun(parent: Command, name: string, description: string, verbs: readonly Command[]): Command {
  const command = new Command(name).description(description)
  for (const verb of verbs) command.addCommand(verb)
  parent.addCommand(command)
  return command
}

/** A command never ends the process, and writes where it is told to. */
function settle(command: Command, io: Io): void {
  command
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for what can be given)')
    .configureOutput({ writeOut: io.write, writeErr: io.writeError })
}

function settleAll(command: Command, io: Io): void {
  for (const child of command.commands) {
    settle(child, io)
    settleAll(child, io)
  }
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return String((manifest as { readonly version: unknown }).version)
}

/** What other programs can build on: the server, started from a configuration as `registrar serve` starts it. */

/**
 * What a policy of an operator is written in: one file of the folder that `policies` of the configuration names, with
 * `export default definePolicy({…})`. `Type` is typebox's, for the form of its options.
 */
export { Type } from 'typebox'

import { certificateChecks } from './app.ts'
import { type Configuration, loadConfiguration as load, type Overrides } from './config/index.ts'

export { type RunningServer, startServer } from './app.ts'
export { type Configuration, ConfigurationError } from './config/index.ts'
export {
  type AdministrativeState,
  type Amend,
  amend,
  type Channel,
  type ClientMetadata,
  definePolicy,
  type Expire,
  expire,
  type Hold,
  hold,
  type JsonObject,
  type JsonValue,
  type Limit,
  type LimitedGroup,
  limit,
  type Operation,
  type PartialContext,
  type PolicyCase,
  type PolicyClient,
  type PolicyContext,
  type PolicyExamples,
  type PolicyRealm,
  type PolicyType,
  type PresentedCertificate,
  type RefusalCode,
  type Refuse,
  type Requester,
  refuse,
  type Verdict,
} from './registration/index.ts'

/** The file whole, as `registrar serve` reads it. @throws ConfigurationError */
export function loadConfiguration(
  file: string,
  overrides: Overrides,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Configuration> {
  return load(file, overrides, env, async () => certificateChecks)
}

/** What other programs can build on: the server, started from a configuration as `registrar serve` starts it. */
export { type RunningServer, startServer } from './app.ts'
export { type Configuration, ConfigurationError, loadConfiguration } from './config/index.ts'

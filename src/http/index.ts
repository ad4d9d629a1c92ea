export { createPublicListener } from './create-public-listener.ts'
export { dialectRulesOf } from './dialects/index.ts'
export { dialectNames, type HttpOptions, httpOptions } from './options.ts'
export type { Engine, HttpPorts, MeasuredRequest, Registration } from './ports.ts'

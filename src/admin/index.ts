export { createAdminListener } from './create-admin-listener.ts'
export * from './ports.ts'

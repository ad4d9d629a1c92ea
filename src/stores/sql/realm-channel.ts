/** Where nodes tell one another that a realm has changed. */
export const realmChannel = 'registrar_realms'

/** Goes after a common table expression `changed (name)`; other nodes hear it once the transaction is committed. */
export const announceRevision = `select pg_notify('${realmChannel}', name) from changed`

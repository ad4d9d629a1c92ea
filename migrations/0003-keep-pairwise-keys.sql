-- Sealed by the server. Made once for a realm and never again: every pairwise subject of the realm follows from it.
alter table realms add column pairwise_key text;

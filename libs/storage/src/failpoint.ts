export { failpoint } from '#manifest';

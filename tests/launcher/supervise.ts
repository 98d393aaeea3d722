import { asHoldfastError } from '#kernel';
import { loadAppliance } from '#manifest';
import { enterServerAccount, Supervisor } from '#supervisor';

// A supervisor of PostgreSQL and Redis only, as a process that tests can signal and kill. Prints its states, one per line.
const appliance = loadAppliance();
try {
  enterServerAccount(appliance, 'make');
} catch (thrown) {
  const { code, message, action } = asHoldfastError(thrown);
  console.log(JSON.stringify({ failure: { code, message, action } }));
  process.exit(1);
}
const supervisor = new Supervisor(appliance, {
  migrate: async () => ({ applied: [] }),
  programs: [],
  onChange: (state) => console.log(JSON.stringify(state)),
});
let isAsked = false;
process.on('SIGTERM', () => {
  if (isAsked) return;
  isAsked = true;
  void supervisor.stop().then(() => process.exit(0));
});
await supervisor.start().catch(() => process.exit(1));

import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { APPLIANCE } from '#database';
import type { Appliance } from '#manifest';
import { HostJournal, ReconcilerRegistry } from '#reconcile';
import { FreshGpus } from '../gpu/fresh-gpus.ts';
import { MachinePaths } from '../machine-paths.ts';
import { readMachineMemory } from '../memory/memory-reader.adapter.ts';
import { Planner } from '../planner.adapter.ts';
import { readTopology } from '../topology-reader.adapter.ts';
import { AgentLink } from './agent-link.adapter.ts';
import { BudgetPlanner } from './budget-planner.ts';
import { BudgetReconciler, budgetDomains } from './budget-reconciler.ts';

/** Registers the domains that the host agent's generations are of, and its journal. */
@Injectable()
export class BudgetDomains implements OnModuleInit {
  constructor(
    @Inject(APPLIANCE) private readonly appliance: Appliance,
    @Inject(MachinePaths) private readonly paths: MachinePaths,
    @Inject(Planner) private readonly planner: Planner,
    @Inject(ReconcilerRegistry) private readonly registry: ReconcilerRegistry,
    @Inject(HostJournal) private readonly journal: HostJournal,
  ) {}

  onModuleInit(): void {
    const agent = new AgentLink(this.paths);
    const planner = new BudgetPlanner(this.planner);
    const machine = () => ({
      topology: readTopology(this.paths.sysfs),
      // A machine that does not say how much it has is judged by the agent, which looks itself.
      machineMb: readMachineMemory(this.paths)?.totalMb ?? Number.POSITIVE_INFINITY,
    });
    const gpus = new FreshGpus(() => this.paths.nvidiaSmi);
    const parts = { appliance: this.appliance, agent, planner, machine, gpus };
    for (const domain of budgetDomains) this.registry.register(new BudgetReconciler(domain, parts));
    this.journal.register(agent);
  }
}

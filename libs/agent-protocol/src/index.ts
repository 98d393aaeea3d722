export { AgentClient, agentSocketPath } from './agent-client.adapter.ts';
export { type AgentErrorCode, agentError } from './agent-error.ts';
export { type AskedBudgets, type HeldBudgets, heldBudgets } from './budgets.schema.ts';
export {
  type AgentStatus,
  type ApplyRequest,
  type CoreGroups,
  deadManSeconds,
  type GenerationState,
  type GenerationStatus,
} from './cores.schema.ts';
export type { DriftRecord, HealReply, HealRequest, Observation } from './drift.schema.ts';
export { encodeFrame, FrameReader, mostFrameBytes } from './frame.ts';
export { type AskedShares, type HeldShares, heldShares } from './gpu.schema.ts';
export type { JournalPage, JournalRequest } from './journal.schema.ts';
export { type AgentReply, type AgentRequest, protocolVersion, requestSchema } from './message.schema.ts';
export { agentProtocolDocument } from './protocol-document.ts';
export {
  isJournalCursor,
  type LogEntry,
  type LoggedService,
  type LogsReply,
  type LogsRequest,
  loggedServices,
  mostLogLines,
} from './service-logs.schema.ts';
export { type HostService, hostServices, type RestartReply, type RestartRequest, restartReply } from './services.schema.ts';
export { type AgentVerb, agentVerbs, type ReplyOf, type RequestOf, type VerbDeclaration } from './verbs.ts';

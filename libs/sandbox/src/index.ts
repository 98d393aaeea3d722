export type { SandboxPaths } from './confinement.ts';
export type { ParserFault, ParserHandler, ParserHandlers } from './parser-handler.ts';
export { ParserPool, type ParserPoolOptions, type ParserReply, type ParserRequest } from './parser-pool.ts';
export { type Answer, ParserProcess, type ParserProgram } from './parser-process.adapter.ts';
export { ProcessorMeter } from './processor-meter.ts';
export { isStarved, type Outcome } from './sandbox-errors.ts';
export { type SandboxLevel, sandboxLevel } from './sandbox-level.adapter.ts';
export type { SandboxLimits } from './sandbox-limits.ts';
export { requireOk, runTool, type ToolInput, type ToolPaths, type ToolResult, type ToolRun } from './tool-runner.adapter.ts';

import { access, constants } from 'node:fs/promises';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { modelFault } from './model-fault.ts';

/** ONNX Runtime, loaded on first use and only in model processes: its `run()` blocks the event loop (onnxruntime#19611). */
export async function loadRuntime(): Promise<typeof import('onnxruntime-node')> {
  return (await import('onnxruntime-node')).default;
}

/**
 * Opens a graph with the options that measured best on shared machines: one sequential executor, the given threads, no
 * spinning. Throws MODEL_FILE_UNLOADABLE with ONNX Runtime's words, which name unknown operators and broken graphs.
 */
export async function openSession(file: string, threads: number): Promise<InferenceSession> {
  const { InferenceSession: Session } = await loadRuntime();
  await access(file, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    throw modelFault('MODEL_FILE_UNREADABLE', `${fileName(file)} cannot be read (${cause.code}).`, 'Import the model again.');
  });
  try {
    return await Session.create(file, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (cause) {
    throw modelFault(
      'MODEL_FILE_UNLOADABLE',
      `ONNX Runtime does not load ${fileName(file)}: ${(cause as Error).message}`,
      'Export the model again for ONNX Runtime 1.30 or older operator sets.',
    );
  }
}

/** Throws MODEL_TENSOR_MISSING when the graph lacks a tensor that the manifest names, or asks for one that it does not name. */
export function requireTensors(session: InferenceSession, file: string, inputs: string[], outputs: string[]): void {
  const missing = [
    ...inputs.filter((name) => !session.inputNames.includes(name)).map((name) => `input ${name}`),
    ...outputs.filter((name) => !session.outputNames.includes(name)).map((name) => `output ${name}`),
  ];
  const present = `It has inputs ${session.inputNames.join(', ')} and outputs ${session.outputNames.join(', ')}.`;
  if (missing.length > 0)
    throw modelFault('MODEL_TENSOR_MISSING', `${fileName(file)} has no ${missing.join(' and no ')}. ${present}`);
  const unfed = session.inputNames.filter((name) => !inputs.includes(name));
  if (unfed.length > 0)
    throw modelFault(
      'MODEL_TENSOR_UNFED',
      `${fileName(file)} also asks for ${unfed.join(', ')}, which model.json does not name.`,
      'Name them under inputs or constantInputs.',
    );
}

/** Runs a graph for one output. Throws MODEL_RUN_FAILED with ONNX Runtime's words. */
export async function runFor(session: InferenceSession, feeds: Record<string, Tensor>, output: string): Promise<Tensor> {
  try {
    const results = await session.run(feeds, [output]);
    return results[output] as Tensor;
  } catch (cause) {
    throw modelFault('MODEL_RUN_FAILED', `The model failed: ${(cause as Error).message}`);
  }
}

function fileName(file: string): string {
  return file.split('/').at(-1) ?? file;
}

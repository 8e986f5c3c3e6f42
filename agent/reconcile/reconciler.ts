import type { CameraId } from '@gantry/protocol/ids.js';
import type {
  DesiredCamera,
  DesiredState,
  RecorderState,
  ReportedCamera,
  StatePosition,
} from '@gantry/protocol/state.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { accept, readAccepted, writeAccepted, type Accepted } from './accepted.js';
import { plan, type RecorderSpec, type Step, type StepKind } from './plan.js';

/** What the reconciler needs of a recorder. */
export interface RunningRecorder {
  readonly spec: RecorderSpec;
  status(): { state: RecorderState; reason: string | null; detail: string | null; sinceMs: number };
  /** Resolves when the recorder's processes are gone and its last segment is handed over. */
  stop(): Promise<void>;
}

export interface Reconciler {
  /** Takes a desired state: persists it when newer, then converges on it. Resolves when it is on disk. */
  desire(state: DesiredState): Promise<void>;
  /** Durable on this box. */
  accepted(): StatePosition;
  /** In effect: every step of it is done; unwanted recorders are gone, wanted ones are trying or recording. */
  applied(): StatePosition;
  reported(): ReportedCamera[];
  /** Resolves when what runs agrees with what is accepted. */
  settled(): Promise<void>;
  /** Stops every recorder; what is accepted stays for the next start. */
  close(): Promise<void>;
}

export interface ReconcilerOptions {
  path: string;
  /** `localId`: the agent's own name for the camera. */
  startRecorder: (spec: RecorderSpec, localId: string) => RunningRecorder;
  /** Called after a change of {@link Reconciler.reported} or of a position. */
  onChange: () => void;
  clock: Clock;
  log: Log;
  /** Pause before a failed step is tried again. */
  retryMs?: number;
}

/** Reads the state accepted before the restart and starts to converge on it at once: offline boxes record. */
export async function startReconciler(o: ReconcilerOptions): Promise<Reconciler> {
  const { clock, log, retryMs = 1_000 } = o;
  let held: Accepted = await readAccepted(o.path, (why) => {
    log.error({ why }, 'the stored desired state is damaged and moved aside; the registry sends it again');
  });
  let applied: StatePosition = { epoch: 0, generation: 0 };
  const running = new Map<CameraId, RunningRecorder>();
  const busy = new Set<CameraId>();
  /** Per camera: since when it does not record, and the generation its present state answers. */
  const stoppedSinceMs = new Map<CameraId, number>();
  const answered = new Map<CameraId, number>();
  const waiting: (() => void)[] = [];
  const abort = new AbortController();
  let writing: Promise<void> = Promise.resolve();

  const stopRecorder = async (cameraId: CameraId) => {
    await running.get(cameraId)?.stop();
    running.delete(cameraId);
    stoppedSinceMs.set(cameraId, clock.wallMs());
  };
  const startRecorder = (spec: RecorderSpec) => {
    if (abort.signal.aborted) return;
    running.set(spec.cameraId, o.startRecorder(spec, held.cameras.get(spec.cameraId)?.localId ?? ''));
    stoppedSinceMs.delete(spec.cameraId);
  };
  const executors: { [Kind in StepKind]: (step: Extract<Step, { kind: Kind }>) => Promise<void> } = {
    start: async ({ spec }) => startRecorder(spec),
    stop: ({ cameraId }) => stopRecorder(cameraId),
    restart: async ({ cameraId, spec }) => {
      await stopRecorder(cameraId);
      startRecorder(spec);
    },
  };
  const execute = <Kind extends StepKind>(step: Extract<Step, { kind: Kind }> & { kind: Kind }) =>
    executors[step.kind](step);

  const specs = () => new Map([...running].map(([cameraId, recorder]) => [cameraId, recorder.spec]));

  async function run(step: Step): Promise<void> {
    busy.add(step.cameraId);
    try {
      await execute(step);
      log.debug({ step: step.kind, cameraId: step.cameraId }, 'step done');
    } catch (error) {
      log.error({ err: error, step: step.kind, cameraId: step.cameraId }, 'a step failed and is tried again');
      await clock.sleep(retryMs, abort.signal).catch(() => undefined);
    } finally {
      busy.delete(step.cameraId);
    }
  }

  /**
   * Level-triggered: looks at what is wanted now, whatever was wanted before, and looks again after each step.
   * One step per camera at a time; a slow stop of one camera holds up no other.
   */
  function look(): void {
    if (abort.signal.aborted) return;
    const steps = plan(held.cameras.values(), specs());
    const due = new Set(steps.map((step) => step.cameraId));
    for (const cameraId of held.cameras.keys()) {
      if (!due.has(cameraId) && !busy.has(cameraId)) answered.set(cameraId, held.position.generation);
    }
    for (const step of steps) {
      if (!busy.has(step.cameraId)) void run(step).then(look);
    }
    if (steps.length === 0 && busy.size === 0) {
      applied = held.position;
      for (const resolve of waiting.splice(0)) resolve();
    }
    o.onChange();
  }

  const report = (camera: DesiredCamera): ReportedCamera => {
    const { cameraId } = camera;
    const generation = answered.get(cameraId) ?? 0;
    const recorder = running.get(cameraId);
    if (recorder) {
      const { state, reason, detail, sinceMs } = recorder.status();
      return {
        cameraId,
        state,
        reason,
        detail: detail?.slice(0, 500) ?? null,
        sinceMs: Math.round(sinceMs),
        generation,
      };
    }
    const sinceMs = stoppedSinceMs.get(cameraId) ?? startedAtMs;
    const detail = camera.record ? null : `The registry asked for no recording (${camera.reason}).`;
    return {
      cameraId,
      state: 'stopped',
      reason: camera.record ? null : 'desired_off',
      detail,
      sinceMs,
      generation,
    };
  };

  const startedAtMs = clock.wallMs();
  look();
  return {
    async desire(state) {
      // One write at a time, so that an older state never lands on disk after a newer one.
      const turn = writing.then(async () => {
        const next = accept(held, state);
        if (abort.signal.aborted) return;
        // The registry sends a position again while it has not heard that it is applied: say it again.
        if (next === null) return o.onChange();
        await writeAccepted(o.path, next);
        held = next;
        log.info({ ...next.position, cameras: state.cameras.length }, 'desired state accepted');
        look();
      });
      writing = turn.catch(() => undefined);
      await turn;
    },
    accepted: () => held.position,
    applied: () => applied,
    reported: () => [...held.cameras.values()].map(report),
    settled: () =>
      applied === held.position ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    async close() {
      abort.abort();
      for (const resolve of waiting.splice(0)) resolve();
      await writing;
      const stops = [...running.values()].map((recorder) => recorder.stop());
      for (const stop of await Promise.allSettled(stops)) {
        if (stop.status === 'rejected') log.error({ err: stop.reason as unknown }, 'a recorder did not stop');
      }
    },
  };
}

import type { CameraId } from '@gantry/protocol/ids.js';
import type {
  DesiredCamera,
  DesiredReason,
  DesiredState,
  RecorderState,
  ReportedCamera,
  StatePosition,
} from '@gantry/protocol/state.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { accept, readAccepted, writeAccepted, type Accepted } from './accepted.js';
import { isWanted, plan, type RecorderSpec, type Step, type StepKind } from './plan.js';

/** Why the registry wants no recording, in one line (R19). */
const offBecause: Readonly<Record<DesiredReason, string>> = {
  recording: 'The registry wants no recording now.',
  camera_off: 'Switched off.',
  unbound: 'Waits for a customer.',
  no_plan: 'Has no plan.',
  customer_disabled: 'Its customer is disabled.',
  integrator_disabled: 'Its integrator is disabled.',
  platform_disabled: 'The platform is disabled.',
  mode_off: 'Its recording mode is off.',
  released: 'Released: it is no camera of this box any more.',
};

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
  /** What is accepted for a camera; null when nothing is. */
  desired(cameraId: CameraId): DesiredCamera | null;
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
  /** The registry's clock: schedules follow it, whatever the box's own clock says. */
  registryNowMs: () => number;
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
    const steps = plan(held.cameras.values(), specs(), o.registryNowMs());
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
    const status = recorder?.status();
    // One that was stopped says so for whatever reason; the reason is the desired state's.
    if (status && status.reason !== 'desired_off') {
      const { state, reason, detail, sinceMs } = status;
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
    if (isWanted(camera, o.registryNowMs()))
      return { cameraId, state: 'starting', reason: null, detail: null, sinceMs, generation };
    const isWaiting = camera.record && camera.mode === 'schedule';
    const [reason, detail] = isWaiting
      ? ['not_scheduled', 'The schedule asks for no recording now.']
      : ['desired_off', offBecause[camera.reason]];
    return { cameraId, state: 'stopped', reason, detail, sinceMs, generation };
  };
  /** Windows begin and end by the clock, which may be set: it is looked at every second. */
  const watchSchedules = async () => {
    while (!abort.signal.aborted) {
      await clock.sleep(1_000, abort.signal).catch(() => undefined);
      const due = [...held.cameras.values()].some(
        (camera) =>
          camera.mode === 'schedule' && isWanted(camera, o.registryNowMs()) !== running.has(camera.cameraId),
      );
      if (due) look();
    }
  };

  const startedAtMs = clock.wallMs();
  look();
  const watching = watchSchedules();
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
    desired: (cameraId) => held.cameras.get(cameraId) ?? null,
    settled: () =>
      applied === held.position ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    async close() {
      abort.abort();
      for (const resolve of waiting.splice(0)) resolve();
      await Promise.all([writing, watching]);
      const stops = [...running.values()].map((recorder) => recorder.stop());
      for (const stop of await Promise.allSettled(stops)) {
        if (stop.status === 'rejected') log.error({ err: stop.reason as unknown }, 'a recorder did not stop');
      }
    },
  };
}

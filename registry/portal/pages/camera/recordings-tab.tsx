import { Button, Group, Stack, Text, Title } from '@mantine/core';
import {
  IconBracketsContainEnd,
  IconBracketsContainStart,
  IconCamera,
  IconCut,
  IconLink,
  IconMovie,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { answer, api } from '../../api/client.js';
import { useTexts } from '../../i18n/texts.js';
import { download } from '../../parts/download.js';
import { Controls } from '../../parts/footage/controls.js';
import { DayField } from '../../parts/footage/day-field.js';
import { GapsList } from '../../parts/footage/gaps-list.js';
import { onPlayerKey } from '../../parts/footage/keys.js';
import { Legend } from '../../parts/footage/legend.js';
import { NoVideo } from '../../parts/footage/no-video.js';
import { usePlaying } from '../../parts/footage/playing.js';
import { Screen } from '../../parts/footage/screen.js';
import { Strip } from '../../parts/footage/strip.js';
import { newestMs, timelineQuery } from '../../parts/footage/timeline.js';
import { lazyDialog } from '../../parts/lazy-dialog.js';
import { Empty, SkeletonLines, StaleStrip } from '../../parts/page-states.js';
import { useProblemWords } from '../../parts/problem-words.js';
import { present } from '../../parts/search-params.js';
import { toast } from '../../parts/toasts.js';
import { dayOf, rangeOfDay } from '../../player/day.js';
import type { TimeRange } from '../../player/recorded.js';
import classes from './camera.module.css';
import type { PanelProps } from './panel.js';
import { texts } from './texts.js';

const ClipDialog = lazyDialog(async () => (await import('../../parts/footage/clip-dialog.js')).ClipDialog);

/** Without marks, a clip begins here before the picture that is shown, and ends as long after it. */
const aroundMs = 15_000;

/** A day of the camera: played, looked through, cut out of. */
export function RecordingsTab({ camera }: PanelProps) {
  const t = useTexts(texts);
  const problem = useProblemWords();
  const { day: asked, at } = useSearch({ from: '/o/$tenantId/cameras/$cameraId' });
  const navigate = useNavigate({ from: '/o/$tenantId/cameras/$cameraId' });
  const day = asked ?? dayOf(at === undefined ? Date.now() : Date.parse(at));
  const whole = useMemo(() => rangeOfDay(day), [day]);
  const timeline = useQuery(timelineQuery(camera.id, whole));
  const spans = timeline.isPlaceholderData ? undefined : timeline.data;
  const playing = usePlaying(camera.id, whole);
  const { timeMs, seek, pause } = playing;
  const [marks, setMarks] = useState<Partial<TimeRange>>({});
  const [clip, setClip] = useState<TimeRange | null>(null);
  const startMs = spans === undefined ? null : newestMs(spans);
  const askedMs = at === undefined ? null : Date.parse(at);

  // Once per day: afterwards the person decides where the picture is.
  const begun = useRef<string | null>(null);
  useEffect(() => {
    const firstMs = askedMs !== null && dayOf(askedMs) === day ? askedMs : startMs;
    if (startMs === null || firstMs === null || begun.current === day) return;
    begun.current = day;
    seek(firstMs);
  }, [day, startMs, askedMs, seek]);

  const toDay = (next: string) => {
    begun.current = null;
    setMarks({});
    void navigate({ search: { tab: 'recordings', day: next }, replace: true });
  };
  const marked =
    marks.startMs !== undefined && marks.endMs !== undefined && marks.endMs > marks.startMs
      ? { startMs: marks.startMs, endMs: marks.endMs }
      : null;
  const cut = () => {
    if (timeMs === null) return;
    pause();
    setClip(marked ?? { startMs: timeMs - aroundMs, endMs: Math.min(timeMs + aroundMs, whole.endMs) });
  };
  const keepPicture = async () => {
    if (timeMs === null) return;
    try {
      const picture = await answer(
        api.GET('/api/v1/cameras/{id}/snapshot', {
          params: { path: { id: camera.id }, query: { at: new Date(timeMs).toISOString() } },
          parseAs: 'blob',
        }),
      );
      download(picture, `${camera.name} ${new Date(timeMs).toISOString().replaceAll(':', '-')}.jpg`);
    } catch (error) {
      toast({ tone: 'bad', message: problem(error).detail });
    }
  };
  const linkHere = () => {
    if (timeMs === null) return;
    void navigate({
      search: present({ tab: 'recordings' as const, at: new Date(Math.round(timeMs)).toISOString() }),
      replace: true,
    });
    toast({ message: t('linkHere') });
  };

  if (timeline.isError && timeline.data === undefined)
    return <NoVideo error={timeline.error} onRetry={() => void timeline.refetch()} />;
  const isEmpty = spans !== undefined && startMs === null;
  const ready = timeMs !== null && !isEmpty;
  return (
    // The keys of the whole player, whatever of it has the focus.
    <div onKeyDown={(event) => onPlayerKey(event, playing)} className={classes['player']}>
      <Stack gap="sm">
        {timeline.isError && <StaleStrip query={timeline} />}
        <div hidden={isEmpty}>
          <Screen cameraId={camera.id} name={camera.name} playing={playing} />
        </div>
        {isEmpty && (
          <div className={classes['emptyDay']}>
            <Empty icon={<IconMovie size={40} stroke={1.2} aria-hidden />} title={t('emptyDay')}>
              {t('emptyDayWhy')}
            </Empty>
          </div>
        )}
        {spans === undefined ? (
          <SkeletonLines lines={2} />
        ) : (
          <Strip
            label={t('stripOf', { name: camera.name })}
            whole={whole}
            spans={spans}
            timeMs={timeMs}
            marked={marked ?? clip}
            onSeek={seek}
          />
        )}
        <Controls
          isPaused={playing.isPaused}
          speed={playing.speed}
          ready={ready}
          onToggle={playing.toggle}
          onJump={(ms) => timeMs !== null && seek(timeMs + ms)}
          onSpeed={playing.setSpeed}
        >
          <DayField day={day} onChange={toDay} />
        </Controls>
        <Group gap="xs">
          <Button.Group>
            <Button
              variant="default"
              disabled={!ready}
              leftSection={<IconBracketsContainStart size={16} aria-hidden />}
              onClick={() => setMarks({ ...marks, startMs: timeMs ?? 0 })}
            >
              {t('clipFromHere')}
            </Button>
            <Button
              variant="default"
              disabled={!ready}
              leftSection={<IconBracketsContainEnd size={16} aria-hidden />}
              onClick={() => setMarks({ ...marks, endMs: timeMs ?? 0 })}
            >
              {t('clipToHere')}
            </Button>
          </Button.Group>
          <Button
            variant="default"
            disabled={!ready}
            leftSection={<IconCut size={16} aria-hidden />}
            onClick={cut}
          >
            {t('exportClip')}
          </Button>
          <Button
            variant="default"
            disabled={!ready}
            leftSection={<IconCamera size={16} aria-hidden />}
            onClick={() => void keepPicture()}
          >
            {t('keepPicture')}
          </Button>
          <Button
            variant="default"
            disabled={!ready}
            leftSection={<IconLink size={16} aria-hidden />}
            onClick={linkHere}
          >
            {t('linkThis')}
          </Button>
        </Group>
        {playing.state?.kind === 'unplayable' && (
          <Text size="sm" role="status">
            {t('h265')}
          </Text>
        )}
        <Group justify="space-between" gap="xs">
          <Title order={2}>{t('gaps')}</Title>
          <Legend />
        </Group>
        {spans !== undefined && <GapsList spans={spans} onSeek={seek} />}
        <Text size="xs" c="dimmed">
          {t('playerKeys')}
        </Text>
      </Stack>
      {clip !== null && spans !== undefined && (
        <ClipDialog camera={camera} range={clip} spans={spans} onClose={() => setClip(null)} />
      )}
    </div>
  );
}

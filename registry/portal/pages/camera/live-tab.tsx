import { Alert, Button, Group, Loader, Stack, Text } from '@mantine/core';
import { IconInfoCircle, IconMaximize, IconShare, IconVideoOff } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Choice } from '../../parts/choice.js';
import { Empty } from '../../parts/page-states.js';
import { ShareDialog } from '../../parts/footage/share-form.js';
import { playLive, type LivePlayerState, type LiveStreamRole } from '../../player/live.js';
import classes from './camera.module.css';
import type { PanelProps } from './panel.js';
import { useProblemDetail } from '../../parts/problem-words.js';
import { texts } from './texts.js';

const lagEveryMs = 500;

/** The camera as it is now; comes back by itself after a break. */
export function LiveTab({ camera }: PanelProps) {
  const t = useTexts(texts);
  const detail = useProblemDetail();
  const { number } = useFormats();
  const { id, name, streams, enabled } = camera;
  const frame = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const [stream, setStream] = useState<LiveStreamRole>('main');
  const [state, setState] = useState<LivePlayerState>({ kind: 'connecting' });
  const [lagSeconds, setLag] = useState<number | null>(null);
  const [sharing, setSharing] = useState(false);
  useEffect(() => {
    if (video.current === null || picture.current === null) return undefined;
    video.current.hidden = false;
    picture.current.hidden = true;
    const player = playLive({
      video: video.current,
      picture: picture.current,
      cameraUrl: `/api/v1/cameras/${id}`,
      stream,
      onState: setState,
    });
    const timer = setInterval(() => setLag(player.lagSeconds()), lagEveryMs);
    return () => {
      clearInterval(timer);
      player.close();
    };
    // Switched on again, it is worth another try.
  }, [id, stream, enabled]);
  const unplayed = state.kind === 'playing' || state.kind === 'pictures' ? state.unplayed : null;
  const refused = state.kind === 'refused' ? state.problem : null;
  return (
    <Stack gap="sm" className={classes['player'] ?? ''}>
      <div className={classes['liveFrame']} ref={frame} data-refused={refused !== null || undefined}>
        <video ref={video} muted playsInline aria-label={t('liveOf', { name })} />
        <img ref={picture} alt={t('liveOf', { name })} hidden />
        {(state.kind === 'connecting' || state.kind === 'waiting') && (
          <div className={classes['liveNote']} role="status">
            <Loader size="sm" color="white" />
            <span>
              {state.kind === 'waiting'
                ? state.problem === null
                  ? t('again')
                  : detail(state.problem)
                : t('connecting')}
            </span>
          </div>
        )}
        {refused !== null && (
          <div className={classes['liveRefused']}>
            <Empty icon={<IconVideoOff size={40} stroke={1.2} aria-hidden />} title={t('noLive')}>
              {detail(refused)}
            </Empty>
          </div>
        )}
      </div>
      {unplayed !== null && (
        <Alert variant="outline" color="yellow" icon={<IconInfoCircle aria-hidden />} role="status">
          {t(state.kind === 'pictures' ? 'unplayedPictures' : 'unplayedSub', { codec: unplayed })}
        </Alert>
      )}
      <Group justify="space-between">
        <Group gap="sm">
          {streams.length > 1 && (
            <Choice
              label={t('stream')}
              value={stream}
              onChange={(next) => setStream(next)}
              options={[
                { value: 'main', label: t('main') },
                { value: 'sub', label: t('sub') },
              ]}
            />
          )}
          {state.kind === 'playing' && lagSeconds !== null && (
            <Text size="sm" c="dimmed">
              {t('lag', { seconds: number(Math.round(lagSeconds * 10) / 10) })}
            </Text>
          )}
        </Group>
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconShare size={16} aria-hidden />}
            onClick={() => setSharing(true)}
          >
            {t('shareLive')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconMaximize size={16} aria-hidden />}
            onClick={() => void frame.current?.requestFullscreen().catch(() => undefined)}
          >
            {t('fullScreen')}
          </Button>
        </Group>
      </Group>
      {sharing && <ShareDialog what={{ cameraId: id }} forName={name} onClose={() => setSharing(false)} />}
    </Stack>
  );
}

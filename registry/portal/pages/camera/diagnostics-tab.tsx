import '@mantine/core/styles/List.css';
import { Button, List, Stack, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import type { Camera } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Card } from '../../parts/card.js';
import { Facts } from '../../parts/facts.js';
import { useSiteWords } from '../../parts/site-words.js';
import { useMay } from '../../shell/me.js';
import { FormerHardware } from './former-hardware.js';
import type { PanelProps } from './panel.js';
import { texts } from './texts.js';
import { PlainTable } from '../../parts/plain-table.js';
import { accessIs } from './words.js';

type Trouble = 'boxOffline' | 'login' | 'unreachable' | 'notFound' | 'recorder' | 'none';

/** What to look at first: whoever stands further from the camera explains what stands nearer. */
function troubleOf({ agent, access, missingSince, reported }: Camera): Trouble {
  if (agent.presence === 'offline') return 'boxOffline';
  if (missingSince !== null) return 'notFound';
  if (access === 'needs_login' || reported?.reason === 'auth_failed') return 'login';
  if (access === 'unreachable' || reported?.reason === 'camera_unreachable') return 'unreachable';
  return reported?.state === 'parked' || reported?.state === 'retrying' ? 'recorder' : 'none';
}

const checks = {
  boxOffline: {
    title: 'trouble_boxOffline',
    steps: ['checkBoxPower', 'checkBoxNetwork', 'checkBoxDoctor'],
  },
  notFound: { title: 'trouble_notFound', steps: ['checkPower', 'checkCable', 'checkMoved'] },
  login: { title: 'trouble_login', steps: ['checkPassword', 'checkLocked', 'checkOnvifUser'] },
  unreachable: { title: 'trouble_unreachable', steps: ['checkPower', 'checkCable', 'checkVlan'] },
  recorder: { title: 'trouble_recorder', steps: ['checkSessions', 'checkCodec', 'checkRestart'] },
  none: { title: 'trouble_none', steps: [] },
} as const;

/** What is wrong, in plain words, with what to check; then everything that is known of the hardware. */
export function DiagnosticsTab({ camera }: PanelProps) {
  const t = useTexts(texts);
  const { time, ago, number } = useFormats();
  const mayManage = useMay('manage');
  const trouble = troubleOf(camera);
  const { reported, agent, streams } = camera;
  const site = useSiteWords();
  const said = [reported?.detail, camera.accessReason].flatMap((text) => (text ? [site(text)] : []));
  const facts: readonly (readonly [string, string])[] = [
    [t('access'), t(accessIs[camera.access])],
    [t('address'), camera.address],
    [t('kind'), t(camera.kind)],
    [t('channel'), number(camera.channel)],
    [t('model'), [camera.manufacturer, camera.model].filter((word) => word !== null).join(' ') || '–'],
    [t('firmware'), camera.firmware ?? '–'],
    [t('serial'), camera.serial ?? '–'],
    [t('box'), `${agent.name} (${t(agent.presence)})`],
    [
      t('lastSeen'),
      camera.lastSeenAt === null ? '–' : `${time(camera.lastSeenAt)}, ${ago(camera.lastSeenAt)}`,
    ],
    [t('registered'), time(camera.createdAt)],
    [t('id'), camera.id],
  ];
  return (
    <Stack maw={980}>
      <Card id="trouble" title={t(checks[trouble].title)} trouble={trouble !== 'none'}>
        {said.length > 0 && (
          <Text size="sm">
            {t('itSays')} <q>{said.join('; ')}</q>
          </Text>
        )}
        {checks[trouble].steps.length > 0 && (
          <List type="ordered" size="sm" spacing={4}>
            {checks[trouble].steps.map((check) => (
              <List.Item key={check}>{t(check)}</List.Item>
            ))}
          </List>
        )}
        {mayManage && trouble === 'login' && (
          <div>
            <Button component="a" href={`/setup/${agent.id}`} leftSection={<IconKey size={16} aria-hidden />}>
              {t('newLogin')}
            </Button>
            <Text size="xs" c="dimmed" mt={6}>
              {t('newLoginWhere')}
            </Text>
          </div>
        )}
      </Card>
      <Card id="streams" title={t('streams')}>
        {streams.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('noStreams')}
          </Text>
        ) : (
          <PlainTable minWidth="26rem" label={t('streams')}>
            <thead>
              <tr>
                <th>{t('stream')}</th>
                <th>{t('video')}</th>
                <th>{t('size')}</th>
                <th>{t('pictures')}</th>
                <th>{t('audio')}</th>
              </tr>
            </thead>
            <tbody>
              {streams.map(({ role, video, width, height, frameRate, audio }) => (
                <tr key={role}>
                  <td>{t(role)}</td>
                  <td>{video.toUpperCase().replace(/^H(\d)/, 'H.$1')}</td>
                  <td>{width === null || height === null ? '–' : `${width} × ${height}`}</td>
                  <td>{frameRate === null ? '–' : t('perSecond', { rate: number(frameRate) })}</td>
                  <td>{audio === null ? '–' : audio.toUpperCase()}</td>
                </tr>
              ))}
            </tbody>
          </PlainTable>
        )}
        {streams.some(({ video }) => video === 'h265') && <Text size="sm">{t('h265Stream')}</Text>}
      </Card>
      <Card id="hardware" title={t('hardware')}>
        <Facts facts={facts} />
      </Card>
      {mayManage && <FormerHardware camera={camera} />}
    </Stack>
  );
}

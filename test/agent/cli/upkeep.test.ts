import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approvalLines, waitingLine } from '@gantry/agent/cli/approval.js';
import { networkFinding } from '@gantry/agent/cli/doctor.js';
import { defaultGateway, gatewayFinding, type GatewayReach } from '@gantry/agent/cli/doctor-gateway.js';
import { scannable } from '@gantry/agent/qr.js';
import { startVirtualCamera } from '../../support/cameras/camera.js';
import { runGantry, startGantry } from '../support/gantry.js';
import { startSmallRegistry } from '../support/small-registry.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-upkeep-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const gantry = (...args: string[]) => runGantry([...args, '--data', folder]);

describe('settings by command', () => {
  it('are kept all or none, checked, and read back', async () => {
    expect((await gantry('set', 'scanRanges=10.0.0.0/24,10.0.1.0/24', 'rescanMinutes=5')).code).toBe(0);
    expect((await gantry('get', 'scanRanges')).stdout).toBe('10.0.0.0/24,10.0.1.0/24');
    const shown = JSON.parse((await gantry('get', '--json')).stdout) as { settings: object };
    expect(shown.settings).toMatchObject({ rescanMinutes: 5, logLevel: 'info' });
    const wrong = await gantry('set', 'logLevel=debug', 'rescanMinutes=never');
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('rescanMinutes must be a number from 0.05 to 1440. Nothing was changed'),
    ]);
    expect((await gantry('set', 'colour=red')).stderr).toContain('There are: scanRanges');
    expect((await gantry('set', 'rescanMinutes=')).code).toBe(0);
    expect((await gantry('get', 'rescanMinutes')).stdout).toBe('10');
    expect((await gantry('get', 'logLevel')).stdout).toBe('info');
  });
});

describe('name and proxy', () => {
  it('are kept; a login of the proxy comes from a file and is never shown', async () => {
    const kept = await gantry('set', 'name=Warehouse east', 'proxy=http://proxy.example:3128');
    expect(kept.code).toBe(0);
    expect((await gantry('get', 'name')).stdout).toBe('Warehouse east');
    expect((await gantry('get', 'proxy')).stdout).toBe('http://proxy.example:3128');
    const inArgument = await gantry('set', 'proxy=http://site:canary@proxy.example:3128');
    expect([inArgument.code, inArgument.stderr]).toEqual([
      2,
      expect.stringMatching(/file:PATH.*Nothing was changed/),
    ]);
    await writeFile(join(folder, 'proxy'), 'http://site:canary@proxy.example:3128\n');
    const fromFile = await gantry('set', `proxy=file:${join(folder, 'proxy')}`, '--json');
    expect([fromFile.code, fromFile.stdout]).toEqual([0, expect.not.stringContaining('canary')]);
    expect((await gantry('get')).stdout).toContain('proxy=http://proxy.example:3128');
    const settings = join(folder, 'settings.json');
    expect(await readFile(settings, 'utf8')).toContain('site:canary@');
    expect((await stat(settings)).mode & 0o777).toBe(0o600);
    for (const wrong of [
      'proxy=proxy.example:3128',
      'proxy=socks5://proxy.example',
      'proxy=http://a/b',
      'name=a\tb',
    ])
      expect((await gantry('set', wrong)).code).toBe(2);
  });
});

describe('a box that is enrolled', () => {
  it('is waited for, shows its camera and a picture of it, and leaves', async () => {
    const registry = await startSmallRegistry();
    const camera = await startVirtualCamera({
      address: '127.0.74.41',
      discovery: { interfaces: ['127.0.0.1'] },
    });
    const login = join(folder, 'login.txt');
    await writeFile(login, `admin:${camera.password}\n`);
    const box = startGantry(
      ['up', '--json', '--data', folder, '--scan', '127.0.74.41/32', '--login', `file:${login}`].concat(
        '--join',
        registry.joinToken,
      ),
    );
    try {
      expect((await gantry('wait', '--for', 'cameras', '--timeout', '30s')).code).toBe(0);
      const shown = await gantry('cameras', 'show', '127.0.74.41', '--json');
      expect(JSON.parse(shown.stdout)).toMatchObject({ v: 1, camera: { access: 'ready' } });
      expect((await gantry('cameras', 'show', 'nowhere')).code).toBe(2);
      const picture = join(folder, 'picture.jpg');
      expect(await gantry('snapshot', '127.0.74.41', '--out', picture)).toMatchObject({ code: 0 });
      expect([...(await readFile(picture)).subarray(0, 2)]).toEqual([0xff, 0xd8]);
      const late = await gantry('wait', '--for', 'recording', '--timeout', '100ms');
      expect([late.code, late.stderr]).toEqual([124, expect.stringContaining('in vain for: recording')]);
      expect((await gantry('leave', '--yes')).code).toBe(1);
    } finally {
      await box.stop('SIGTERM');
      await camera.close();
      await registry.close();
    }
    expect((await gantry('leave')).code).toBe(2);
    const left = await gantry('leave', '--yes');
    expect([left.code, left.stderr]).toEqual([0, expect.stringMatching(/Revoke agt_\w+ at http/)]);
    expect((await readdir(join(folder, 'identity'))).filter((name) => name.endsWith('.json'))).toEqual([]);
    expect((await gantry('leave', '--yes')).code).toBe(3);
    expect((await gantry('up')).code).toBe(3);
  }, 90_000);
});

describe('doctor', () => {
  it('says for every problem what to do about it', async () => {
    await writeFile(
      join(folder, 'settings.json'),
      JSON.stringify({ registryUrl: 'http://registry.invalid:1' }),
    );
    const { code, stdout } = await runGantry(['doctor', '--json', '--data', folder], {
      FFMPEG_PATH: '/nowhere/ffmpeg',
    });
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout) as {
      findings: { what: string; verdict: string; fix: unknown }[];
    };
    const verdicts = Object.fromEntries(findings.map(({ what, verdict }) => [what, verdict]));
    expect(verdicts).toMatchObject({ dns: 'FAIL', registry: 'FAIL', ffmpeg: 'FAIL' });
    expect(Object.keys(verdicts)).toEqual(expect.arrayContaining(['network', 'multicast', 'folder']));
    for (const { what, verdict, fix } of findings)
      expect([what, verdict === 'ok' ? null : typeof fix]).toEqual([
        what,
        verdict === 'ok' ? null : 'string',
      ]);
  });

  const routes = [
    'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT',
    'wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0',
    'eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0',
    'eth1\t00000000\t010300C0\t0002\t0\t0\t0\t00000000\t0\t0\t0',
    'tun0\t00000000\t0101000A\t0003\t0\t0\t0\t00000080\t0\t0\t0',
    'eth0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0',
  ];

  it('looks for the gateway that is taken first', () => {
    expect(defaultGateway(routes.join('\n'))).toEqual({ interfaceName: 'eth0', address: '192.0.2.1' });
    expect(defaultGateway(`${routes[0]}\n${routes[5]}\n`)).toBeNull();
    expect(defaultGateway('')).toBeNull();
  });

  const gateway = { interfaceName: 'eth0', address: '192.0.2.1' };
  it.each<[string, GatewayReach['outcome'], GatewayReach['presence'], string, RegExp]>([
    ['takes a connection', 'open', 'present', 'ok', /^192.0.2.1 on eth0 answers in 3 ms$/],
    ['refuses one, which proves as much', 'refused', 'unknown', 'ok', /answers in 3 ms/],
    ['drops what it gets and answers ARP', 'silent', 'present', 'ok', /is there/],
    ['does not answer ARP', 'silent', 'absent', 'FAIL', /nobody answers at 192.0.2.1 on eth0/],
    ['is nobody', 'unreachable', 'unknown', 'FAIL', /nobody answers/],
    ['may be anything', 'silent', 'unknown', 'warn', /does not answer/],
  ])('says of a gateway that %s what that means', (_, outcome, presence, verdict, detail) => {
    const finding = gatewayFinding(gateway, { outcome, presence, tookMs: 3 });
    expect(finding).toMatchObject({ what: 'gateway', verdict, detail: expect.stringMatching(detail) });
    if (verdict !== 'ok') expect(finding.fix).toMatch(/VLAN/);
  });

  it('tells a cable in the wrong network: no way out, or an address that nobody gave', () => {
    expect(gatewayFinding(null, null)).toMatchObject({ verdict: 'warn', fix: expect.stringMatching(/VLAN/) });
    const at = (address: string) => ({ name: 'eth0', address, cidr: `${address}/16` });
    expect(networkFinding([at('169.254.7.7')])).toMatchObject({
      verdict: 'warn',
      fix: expect.stringMatching(/DHCP.*VLAN/),
    });
    expect(networkFinding([at('169.254.7.7'), at('10.0.0.2')])).toMatchObject({ verdict: 'ok' });
    expect(networkFinding([])).toMatchObject({ verdict: 'warn', fix: expect.stringMatching(/cable/) });
  });
});

describe('the service', () => {
  it('is written below another root for images: unit, registry, token, nothing started', async () => {
    const token = join(folder, 'join.txt');
    await writeFile(token, 'gantry1_abc');
    const root = join(folder, 'image');
    const args = ['service', 'install', '--root', root, '--registry', 'https://cams.example.com'];
    expect((await runGantry([...args, '--join', `file:${token}`])).code).toBe(0);
    const unit = await readFile(join(root, 'etc/systemd/system/gantry-agent.service'), 'utf8');
    expect(unit).toMatch(/^ExecStart=\/.*\/cli\/main\.js up --qr none$/m);
    expect(unit).not.toMatch(/^[^#]*@GANTRY@/m);
    expect(await readFile(join(root, 'etc/gantry/agent.env'), 'utf8')).toBe(
      'GANTRY_REGISTRY_URL=https://cams.example.com\nGANTRY_JOIN_TOKEN=file:/etc/gantry/join-token\n',
    );
    expect(unit + (await readFile(join(root, 'etc/gantry/agent.env'), 'utf8'))).not.toContain('gantry1_abc');
    expect((await stat(join(root, 'etc/gantry/join-token'))).mode & 0o777).toBe(0o600);
    expect((await runGantry([...args, '--join', 'gantry1_abc'])).code).toBe(2);
  });
});

describe('the code on the screen', () => {
  const shown = {
    step: 'needs_approval' as const,
    code: '7K3M-Q9TD-2HXV',
    url: 'https://cams.example.com/e/7K3M-Q9TD-2HXV',
    words: ['copper', 'lake', 'seven'],
    expiresAtMs: 600_000,
  };
  it('comes with its QR code where that fits, and counts down', () => {
    const wide = approvalLines(shown, 'auto', { isTty: true, columns: 80 });
    expect(wide.join('\n')).toContain('words: copper lake seven');
    expect(wide.filter((line) => /[▀▄█]/.test(line)).length).toBeGreaterThan(12);
    const plain = approvalLines(shown, 'none', { isTty: true, columns: 80 });
    for (const [qr, terminal] of [
      ['auto', { isTty: false, columns: 80 }],
      ['small', { isTty: true, columns: 20 }],
    ] as const)
      expect(approvalLines(shown, qr, terminal)).toEqual(plain);
    expect(scannable(shown.url)).toBe('HTTPS://CAMS.EXAMPLE.COM/E/7K3M-Q9TD-2HXV');
    expect(scannable('https://example.com/gantry/e/7K3M')).toBe('https://example.com/gantry/e/7K3M');
    expect([0, 1_500, 600_001].map((nowMs) => waitingLine(600_000, nowMs).slice(-6))).toEqual([
      '10:00)',
      ' 9:59)',
      ' 0:00)',
    ]);
  });
});

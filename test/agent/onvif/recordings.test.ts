import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planChannels } from '@gantry/agent/onvif/channels.js';
import { cameraTimeMs } from '@gantry/agent/onvif/clock-offset.js';
import { deviceFacts, macsOf, mediaCapability, mediaServices } from '@gantry/agent/onvif/device-facts.js';
import { readProfiles } from '@gantry/agent/onvif/profiles.js';
import { readSoapAnswer } from '@gantry/agent/onvif/soap.js';
import type { XmlElement } from '@gantry/agent/xml.js';
import { sharedCameras } from '../../support/shared.js';

const recordings = sharedCameras();

describe.skipIf(recordings === null)(
  'recorded vendor answers (../shared/cameras; skipped where absent)',
  () => {
    /** One collection names files `core/GetX.Response.xml`, the other `device_management/GetXResponse.xml`. */
    const answer = (device: string, folder: string, operation: string): XmlElement => {
      const base = `${recordings}/soap/${device}/${folder}/${operation}`;
      const file = existsSync(`${base}.Response.xml`) ? `${base}.Response.xml` : `${base}Response.xml`;
      const soap = readSoapAnswer(operation, 200, readFileSync(file));
      if (soap.kind !== 'response') throw new Error(`${file}: ${soap.kind} ${soap.detail}`);
      return soap.element;
    };

    it.each([
      ['axis/Q6045-E', 'core', ['AXIS', 'AXIS Q6045-E', '5.55.1.2', '00408CFAB754', '1C9.2']],
      [
        'hikvision/DS-2CD2012-I',
        'core',
        ['HIKVISION', 'DS-2CD2012-I', 'V5.2.0 build 140721', 'DS-2CD2012-I20150201CCWR501088621', '88'],
      ],
      ['pelco/D6230L', 'core', ['Pelco', 'D6230L', '2.9.0.4.9340-A0.0', 'J250117', '00:04:7d:0e:b8:5c']],
      [
        'uniview-oem/GX728MF-IR28',
        'device_management',
        ['NONE', 'GX728MF-IR28', 'IPC_G6106-B0005P11D1812C03', '210235T8HQ3197000191', 'GX728MF-IR28'],
      ],
    ])('%s says who it is', (device, folder, expected) => {
      const { manufacturer, model, firmware, serial, hardwareId } = deviceFacts(
        answer(device, folder, 'GetDeviceInformation'),
      );
      expect([manufacturer, model, firmware, serial, hardwareId]).toEqual(expected);
    });

    it.each([
      ['axis/Q6045-E', '00408cfab754'],
      ['pelco/D6230L', '00047d0eb85c'],
    ])('%s names its MAC (Q24)', (device, mac) => {
      expect(macsOf(answer(device, 'core', 'GetNetworkInterfaces'))).toEqual([mac]);
    });

    it.each([
      ['axis/Q6045-E', 'core', '2018-02-27T23:09:59Z'],
      ['hikvision/DS-2CD2012-I', 'core', '2018-02-27T18:34:41Z'],
      ['pelco/D6230L', 'core', '2018-02-27T18:10:11Z'],
      ['dlink/DCS-6511', 'device_management', '2023-03-07T16:14:53Z'],
      ['uniview-oem/GX728MF-IR28', 'device_management', '2023-03-08T00:27:09Z'],
    ])('%s tells its time', (device, folder, time) => {
      expect(cameraTimeMs(answer(device, folder, 'GetSystemDateAndTime'))).toBe(Date.parse(time));
    });

    it.each([
      ['pelco/D6230L', 'core', 'http://10.10.1.66/onvif/media_service', null],
      [
        'uniview-oem/GX728MF-IR28',
        'device_management',
        'http://192.168.1.127:80/onvif/media',
        'http://192.168.1.127:80/onvif/media2',
      ],
    ])('%s lists its media services', (device, folder, media1, media2) => {
      expect(mediaServices(answer(device, folder, 'GetServices'))).toEqual({ media1, media2 });
    });

    it('an Axis that refuses GetServices names its media service among the capabilities (Q30)', () => {
      const refusal = readFileSync(`${recordings}/soap/axis/Q6045-E/core/GetServices.Error.xml`);
      expect(readSoapAnswer('GetServices', 500, refusal)).toEqual({ kind: 'fault', detail: 'Action failed' });
      expect(mediaCapability(answer('axis/Q6045-E', 'core', 'GetCapabilities')).media1).toBe(
        'http://192.168.0.19/onvif/services',
      );
    });

    it.each([
      ['axis/Q6045-E', 'media', ['profile_1_h264', 'h264', 1280, 720]],
      ['hikvision/DS-2CD2012-I', 'media', ['Profile_1', 'h264', 1280, 720]],
    ])(
      '%s has its best stream chosen, not its default MJPEG or third one (Q53)',
      (device, folder, expected) => {
        const [channel, ...more] = planChannels(readProfiles(answer(device, folder, 'GetProfiles')));
        const best = channel?.main[0];
        expect([best?.token, best?.encoder?.video, best?.encoder?.width, best?.encoder?.height]).toEqual(
          expected,
        );
        expect(more).toEqual([]);
      },
    );

    it.each([
      ['hikvision-oem/ENP1A14-IR_25X', 'media2'],
      ['uniview-oem/GX728MF-IR28', 'media2'],
    ])(
      '%s lists Media2 profiles without configurations, so that Media1 must serve (Q51)',
      (device, folder) => {
        const bare = readProfiles(answer(device, folder, 'GetProfiles'));
        expect(bare).toHaveLength(3);
        expect(bare.every(({ encoder }) => encoder === null)).toBe(true);
        const full = readProfiles(answer(device, 'media1', 'GetProfiles'));
        expect(planChannels(full)[0]?.main[0]?.encoder?.width).toBeGreaterThan(640);
      },
    );
  },
);

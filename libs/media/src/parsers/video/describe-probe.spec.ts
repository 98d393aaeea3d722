import { expect, test } from 'vitest';
import { describeProbe, placeOf } from './describe-probe.ts';

const picture = {
  index: 0,
  codec_type: 'video',
  codec_name: 'h264',
  width: 1920,
  height: 1080,
  avg_frame_rate: '30000/1001',
  pix_fmt: 'yuv420p',
};

test('lies about length, speed and size are cut to what can be', () => {
  const probe = describeProbe(
    {
      format: { duration: '99999999999', bit_rate: '-5' },
      streams: [{ ...picture, avg_frame_rate: '90000/1', r_frame_rate: '1/0', width: 1e9 }],
      chapters: [{ start_time: '-4', end_time: 'never', tags: { title: 'a\u0000b' } }],
    },
    'video/mp4',
  );
  expect(probe).toMatchObject({ durationSeconds: 30 * 86_400, bitsPerSecond: null, framesPerSecond: 0, width: null });
  expect(probe.corrections.join()).toMatch(/claims to last/);
  expect(probe.chapters).toEqual([{ startSeconds: 0, endSeconds: 0, title: 'a b' }]);
});

test('a turned video is as wide as it is shown', () => {
  const matrix = describeProbe({ streams: [{ ...picture, side_data_list: [{ rotation: -90 }] }] }, 'video/mp4');
  expect(matrix).toMatchObject({ width: 1080, height: 1920 });
  expect(matrix.streams[0]?.rotation).toBe(90);
  const wide = describeProbe({ streams: [{ ...picture, width: 720, height: 576, sample_aspect_ratio: '64:45' }] }, 'video/mp4');
  expect(wide).toMatchObject({ width: 1024, height: 576 });
});

test('the clock of a camera that was never set is no capture time', () => {
  const at = (time: string) =>
    describeProbe({ format: { tags: { creation_time: time } }, streams: [picture] }, 'video/mp4').metadata.capturedAt;
  expect(at('1904-01-01T00:00:00.000000Z')).toBeNull();
  expect(at('1970-01-01T00:00:00.000000Z')).toBeNull();
  expect(at('2024-05-01T12:00:00+0200')?.utc).toBe('2024-05-01T10:00:00.000Z');
});

test('places are read as ISO 6709, and impossible ones are none', () => {
  expect(placeOf('-33.8587+151.2140/')).toEqual({ latitude: -33.8587, longitude: 151.214, altitudeMetres: null });
  expect(placeOf('+91.0+000.0/')).toBeNull();
  expect(placeOf('somewhere')).toBeNull();
});

test('a file with neither picture nor sound is refused', () => {
  expect(() => describeProbe({ streams: [{ codec_type: 'data' }] }, 'video/mp4')).toThrow(
    expect.objectContaining({ code: 'MEDIA_NOTHING_TO_PLAY' }),
  );
});

test('only what every browser plays counts as playable', () => {
  const sound = { index: 1, codec_type: 'audio', codec_name: 'aac' };
  const playable = (streams: object[], mediaType = 'video/mp4', brand = 'isom') =>
    describeProbe({ format: { tags: { major_brand: brand } }, streams: streams as never }, mediaType).browserPlayable;
  expect(playable([picture, sound])).toBe(true);
  expect(playable([{ ...picture, pix_fmt: 'yuv420p10le' }, sound])).toBe(false);
  expect(playable([{ ...picture, codec_name: 'hevc' }, sound])).toBe(false);
  expect(playable([picture, { ...sound, codec_name: 'ac3' }])).toBe(false);
  expect(playable([picture, sound], 'video/mp4', 'qt  ')).toBe(false);
  expect(
    playable(
      [
        { ...picture, codec_name: 'vp9' },
        { ...sound, codec_name: 'opus' },
      ],
      'video/webm',
    ),
  ).toBe(true);
});

/** Real media in Debian packages: unpacked below the home folder, never installed, nothing of it is ours or committed. */
export interface SamplePackage {
  name: string;
  /** Folder inside the package, and which of its files go into which sample folder. */
  picks: { from: string; pattern: RegExp; folder: string }[];
}

const skimage = 'usr/lib/python3/dist-packages/skimage/data';
const photographs =
  /^(astronaut|camera|chelsea|clock_motion|coffee|coins|color|hubble_deep_field|moon|motorcycle_left|motorcycle_right|rocket|horse|brick|grass|gravel)\.(png|jpg)$/;

export const samplePackages: SamplePackage[] = [
  {
    name: 'python3-skimage',
    picks: [
      { from: skimage, pattern: photographs, folder: 'Photographs' },
      { from: skimage, pattern: /^(page|text)\.png$/, folder: 'Scans' },
      {
        from: skimage,
        pattern: /^(ihc\.png|retina\.jpg|cell\.png|multipage_rgb\.tif|no_time_for_that_tiny\.gif)$/,
        folder: 'Laboratory',
      },
    ],
  },
  {
    name: 'mate-backgrounds',
    picks: [{ from: 'usr/share/backgrounds/mate/nature', pattern: /\.jpg$/, folder: 'Photographs/Nature' }],
  },
  {
    name: 'opencv-doc',
    picks: [
      { from: 'usr/share/doc/opencv-doc/examples/data', pattern: /^(vtest|Megamind|tree)\.avi$/, folder: 'Videos' },
      {
        from: 'usr/share/doc/opencv-doc/examples/data',
        pattern:
          /^(aloeL|aloeR|apple|baboon|basketball1|basketball2|board|box_in_scene|building|butterfly|chicky_512|ela_original|fruits|gradient|graf1|graf3|home|leuvenA|leuvenB|messi5|orange|smarties|squirrel_cls|starry_night|stuff|sudoku)\.(jpg|png)$/,
        folder: 'Photographs/Vision',
      },
    ],
  },
  {
    name: 'pocketsphinx-testdata',
    picks: [
      { from: 'usr/share/pocketsphinx/test/data/librivox', pattern: /\.wav$/, folder: 'Recordings/Sense and Sensibility' },
    ],
  },
];

/** 256 short words that sound unlike each other: one byte each. Their order is part of the protocol. */
export const fingerprintWordList: readonly string[] = `
  acorn amber anchor angle apple apron arch arrow artist atlas autumn avenue
  bagel baker balcony bamboo banjo barley basin basket beach beacon bean beaver
  bell berry birch bishop blanket blossom boat bonnet book border bottle boulder
  bowl branch brass bread breeze brick bridge bronze brook broom bubble bucket
  butter button cabin cactus camel camera canal candle canoe canvas captain caravan
  carbon carpet carrot castle cedar cellar chalk cherry chess chimney winter cinema
  circle citrus clay cliff clock cloud clover coast cobalt coconut coffee comet
  compass copper coral cotton cousin cradle crane crayon cricket crown crystal cup
  curtain daisy dance desert diamond dinner dolphin donkey door dragon drum duck
  eagle early easel echo elbow elephant ember emerald engine fabric falcon family
  farmer feather fennel fern ferry fiddle field finger flag flame flask flour
  flute forest fossil fountain fox galaxy garden garlic gentle ginger giraffe glacier
  glove gold goose granite grape gravel guitar hammer harbor harvest hazel helmet
  heron hill honey horizon horse island ivory jacket jasmine jelly jewel jungle
  kettle kingdom kitchen kite ladder lagoon lake lantern laurel lemon letter lilac
  linen lion lizard lobster lotus magnet mango maple marble market meadow melon
  melody mill mirror monkey moon morning moss mountain museum mustard napkin nectar
  needle nest night north novel nutmeg oak oasis ocean olive onion opal
  orange orchard otter owl oyster paddle palace panda paper parade parrot pasta
  peach pearl pebble pencil pepper piano pigeon pillow pine planet plum pocket
  polar pond poppy prairie puzzle quartz quilt rabbit radio rain raven ribbon
  river robin rocket rose
`
  .trim()
  .split(/\s+/);

"""The words by which captions name the 80 object classes of COCO (Lin and others, ECCV 2014). A leaf.

OBJECTS is the one list of the classes, in COCO's order, with the English names that count as naming each, as in CHAIR
(Rohrbach and others, EMNLP 2018): synonyms, kinds, parts of people's many names; plurals are derived. Two-word names
win over the words in them: a hot dog is no dog. Where a word is ambiguous in captions ("glass", "bat", "court") it is
left out, so that what is counted as naming an object does name it.
"""

from collections.abc import Iterable, Sequence

_NAMES = """
person: person, people, man, woman, boy, girl, child, kid, baby, toddler, infant, lady, guy, gentleman, adult, teenager,
 teen, youth, men, women, children, player, skier, snowboarder, surfer, skateboarder, skater, rider, cyclist, biker,
 bicyclist, motorcyclist, tennis player, baseball player, soccer player, football player, basketball player, batter,
 pitcher, catcher, umpire, crowd, couple, chef, waiter, waitress, bride, groom, pedestrian, officer,
 policeman, policewoman, cop, soldier, worker, passenger, tourist, swimmer, climber, hiker, runner, jogger, dancer,
 singer, musician, performer, spectator, audience, teammate, athlete, friend, dad, mom, son,
 daughter, brother, sister, husband, wife, grandmother, grandfather, student, teacher, cowboy, fisherman,
 farmer, driver, shopper, customer, vendor, clown, wrestler, boxer, somebody, someone, human,
 fireman, firefighter, businessman, schoolgirl, schoolboy, cheerleader, cowgirl, snowboarders, motorist, bystander
bicycle: bicycle, bike, cycle, tricycle, bmx, mountain bike, unicycle
car: car, automobile, sedan, taxi, cab, suv, minivan, van, convertible, jeep, hatchback, limousine, race car
motorcycle: motorcycle, motorbike, motor bike, moped, scooter, dirt bike, dirtbike, motor scooter, motocross
airplane: airplane, plane, aircraft, jet, airliner, jetliner, jumbo jet, aeroplane, biplane, seaplane
bus: bus, double decker, trolley bus, school bus, minibus
train: train, locomotive, subway train, tram, trolley, streetcar, passenger train, freight train, train car,
 subway car, steam engine
truck: truck, pickup, pickup truck, semi, fire truck, firetruck, lorry, dump truck, tow truck, semi truck, food truck
boat: boat, ship, sailboat, canoe, kayak, rowboat, ferry, yacht, speedboat, raft, dinghy, motorboat, barge, gondola,
 tugboat, fishing boat, houseboat, cruise ship
traffic light: traffic light, stoplight, traffic signal, stop light, street light signal, traffic lights
fire hydrant: fire hydrant, hydrant
stop sign: stop sign
parking meter: parking meter, meter
bench: bench, park bench, pew
bird: bird, seagull, pigeon, duck, goose, parrot, owl, eagle, hawk, pelican, ostrich, swan, peacock, penguin, flamingo,
 crow, dove, chicken, rooster, hen, heron, crane bird, parakeet, gull, sparrow, hummingbird, geese, duckling, stork,
 turkey, robin, cockatoo, woodpecker, finch
cat: cat, kitten, kitty, tabby, feline, siamese cat
dog: dog, puppy, doggy, terrier, poodle, bulldog, pug, dachshund, labrador, retriever, beagle, collie, dalmatian, husky,
 greyhound, chihuahua, golden retriever, german shepherd, sheepdog, mutt, rottweiler, canine, spaniel, hound, pup
horse: horse, pony, foal, stallion, mare, colt, bronco
sheep: sheep, lamb, ram, ewe
cow: cow, cattle, bull, calf, ox, oxen, heifer, bison
elephant: elephant
bear: bear, polar bear, grizzly, grizzly bear, brown bear, black bear, panda, bear cub
zebra: zebra
giraffe: giraffe
backpack: backpack, back pack, knapsack, rucksack
umbrella: umbrella, parasol
handbag: handbag, purse, hand bag, shoulder bag
tie: tie, necktie, bow tie, bowtie, neck tie
suitcase: suitcase, luggage, briefcase, suit case, luggage bag
frisbee: frisbee, frisbe, flying disc, flying disk
skis: ski, skis
snowboard: snowboard, snow board
sports ball: ball, baseball ball, basketball, tennis ball, soccer ball, football, volleyball, beach ball, soccerball
kite: kite, parasail
baseball bat: baseball bat
baseball glove: baseball glove, mitt, catcher's mitt, baseball mitt
skateboard: skateboard, skate board, longboard
surfboard: surfboard, surf board, boogie board, paddle board, bodyboard, paddleboard
tennis racket: tennis racket, racket, racquet, tennis racquet
bottle: bottle, water bottle, wine bottle, beer bottle
wine glass: wine glass, wineglass, glass of wine
cup: cup, mug, coffee cup, teacup, paper cup
fork: fork
knife: knife, knives
spoon: spoon
bowl: bowl
banana: banana, plantain
apple: apple
sandwich: sandwich, burger, hamburger, cheeseburger, panini, wrap sandwich, blt
orange: oranges, tangerine, clementine, mandarin
broccoli: broccoli
carrot: carrot
hot dog: hot dog, hotdog, chili dog, bratwurst
pizza: pizza, pizzas, slice of pizza
donut: donut, doughnut, bagel donut
cake: cake, cupcake, cheesecake, birthday cake, wedding cake, shortcake
chair: chair, armchair, stool, lawn chair, recliner, rocking chair, high chair, office chair
couch: couch, sofa, loveseat, futon, settee
potted plant: potted plant, houseplant, house plant, flower pot, flowerpot, pot of flowers
bed: bed, bunk bed, mattress, bunkbed
dining table: dining table, table, dinner table, kitchen table, coffee table, picnic table
toilet: toilet, commode, urinal
tv: tv, television, televison, flat screen, television set
laptop: laptop, laptop computer, notebook computer, macbook
mouse: mouse, computer mouse, mice
remote: remote, remote control, remote controller, wii remote, wiimote
keyboard: keyboard
cell phone: cell phone, cellphone, mobile phone, phone, smartphone, iphone, smart phone
microwave: microwave, microwave oven
oven: oven, stove, stovetop, stove top
toaster: toaster, toaster oven
sink: sink, wash basin, washbasin
refrigerator: refrigerator, fridge, freezer
book: book, textbook
clock: clock, clock tower, alarm clock
vase: vase
scissors: scissors, scissor, shears
teddy bear: teddy bear, teddy, stuffed bear, teddybear, stuffed teddy bear
hair drier: hair drier, hair dryer, blow dryer, hairdryer, blowdryer
toothbrush: toothbrush, tooth brush
"""
_OTHER_THINGS = """
apple computer, apple juice, apple laptop, baby carriage, baseball field, baseball game, baseball player, basketball
court, basketball game, basketball goal, basketball hoop, basketball jersey, basketball player, basketball team,
basketball uniform, bear hug, bear statue, bed spread, bicycle rack, bike rack, bird 's eye, bird feeder, bird
house, birdhouse, birds eye, boat dock, book case, book shelf, bookcase, bookshelf, bull dog, bull fight, bus
station, bus stop, cake stand, car seat, cat food, cell tower, chicken salad, chicken sandwich, chicken wings, clock
face, couple of, cow boy, crane truck, cup holder, dog food, dog house, doghouse, flower bed, football field,
football game, football helmet, football jersey, football match, football player, football team, football uniform,
fried chicken, frisbee golf, horse drawn carriage, hot plate, keyboard instrument, orange juice, parking meter pole,
phone booth, piano keyboard, pizza box, pizza oven, seat belt, sink hole, ski jump, ski lift, ski lodge, ski pole,
ski poles, ski resort, ski slope, ski suit, snow board jump, soccer field, soccer game, soccer player, surf board
rack, table cloth, table tennis, tablecloth, telephone booth, tennis ball machine, tennis court, toilet bowl, toilet
paper, toilet seat, toy car, toy train, train station, train track, train tracks, truck bed, turkey sandwich,
volleyball court, volleyball game, volleyball net
"""
"""Phrases whose words name none of the classes."""
_ANIMALS = ("bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe")
"""Whose young are no babies of ours."""


def _plural(name: str) -> str:
    """The regular plural of a name."""
    if name.endswith(("s", "sh", "ch", "x", "z")):
        return name + "es"
    if name.endswith("y") and name[-2] not in "aeiou":
        return name[:-1] + "ies"
    if name.endswith("man"):
        return name[:-3] + "men"
    return name + "s"


def _list(text: str) -> list[str]:
    return [name.strip() for name in text.replace("\n", " ").split(",")]


def _table() -> dict[str, tuple[str, ...]]:
    """Class → its names in the singular, in COCO's order."""
    joined = _NAMES.strip().replace("\n ", " ")
    rows = (line.partition(":") for line in joined.splitlines())
    return {name: tuple(_list(words)) for name, _, words in rows}


OBJECTS = _table()
"""Class → the names that count as naming it, in the singular, in COCO's order."""


def _phrases() -> dict[tuple[str, ...], str | None]:
    """Every name, singular and plural, as words → its class; None for phrases that name none."""
    phrases: dict[tuple[str, ...], str | None] = {tuple(text.split()): None for text in _list(_OTHER_THINGS)}
    for kind, names in OBJECTS.items():
        young = [f"baby {name}" for name in names] if kind in _ANIMALS else []
        for name in (*names, *young):
            for form in (name, _plural(name)):
                phrases[tuple(form.replace("'s", " 's").split())] = kind
    return phrases


PHRASES = _phrases()
"""Every name, singular and plural, as words → its class; None for phrases that name none of the classes."""
_LONGEST = max(map(len, PHRASES))


def objects_named(words: Sequence[str]) -> list[tuple[int, int, str]]:
    """Where a caption's words name an object: (first word, end, class) for each, longest names first served.

    `words` are as `vocabulary.tokenize` gives them.
    """
    found, i = [], 0
    while i < len(words):
        for length in range(min(_LONGEST, len(words) - i), 0, -1):
            phrase = tuple(words[i : i + length])
            if phrase in PHRASES:
                kind = PHRASES[phrase]
                if kind:
                    found.append((i, i + length, kind))
                i += length
                break
        else:
            i += 1
    return found


def object_classes(captions: Iterable[Sequence[str]]) -> set[str]:
    """The classes that any of some captions, each a sequence of words, names."""
    return {kind for words in captions for _, _, kind in objects_named(words)}

"""What is called like people and is none: places, products, brands, figures of books, trades. Sans-IO."""

_PLACES = """
venedig florenz neapel mailand nancy douglas alexandria atlanta austin avignon berlin boston bristol brixton
brittany brooklyn cairo carolina catania chad charlotte chelsea chester cheyenne china cordoba dakota dallas denver
devon dublin eden elba florence florida galena geneva genoa georgia grenada guadalupe hamilton holland houston india
indiana ireland israel jackson jordan kent kenya kingston lancaster leon lincoln london lourdes lucca madison mali
marina mercedes milan montana napa nevada odessa orlando paris perth phoenix preston raleigh reno roma rome salem
samara santiago savannah siena sienna skye sofia sydney syria tiel trinidad troy tulsa valencia venezia venice
verona victoria vienna virginia washington york
"""

_PRODUCTS = """
achilles ada alexa apollo argo ari armani athena aurora bamboo bard bentley bitwarden bixby bosch cadillac canon
cassandra celery celeste chanel chef chevrolet chrysler citroën concourse cortana crystal cypress davidson dell
delphi dior django einstein elixir elm ferrari flink ford fortran ghost gradio gucci harley haskell helm hercules
hermes hermès honda hudson hugo iris jasper java jekyll jenkins julia juno kafka kanban kawasaki kibana kiwi lambda
leica levi llama loki lua lucene luna lynx mahout mandrake maven maya mazda mercury midas mimir mistral nikon nissan
nokia nomad nova odin odysseus opal pascal pearl perl peugeot philips phoenix piper porsche prada prometheus puppet
python renault rex ruby sage salt scala scrum siemens solr spark sphinx suzuki swift tempo tesla thanos thor titan
toyota travis vagrant vault vera versace vulcan watson whisper yamaha yoda zara zeus zig škoda
"""

_EPONYMS = """
jacuzzi montessori zeppelin molotov ferris thalès thales abel alzheimer amdahl ampere apgar archimedes asperger
avogadro babbage backus bayes bernoulli bessel bezier bézier bloom bohr boltzmann bonferroni boole borel boyer
braille cantor carnot cauchy celsius chebyshev cholesky chomsky coriolis coulomb crohn curie curry darwin delaunay
descartes dijkstra dirac dirichlet doppler eiffel erlang euclid euler fahrenheit faraday fermat feynman fibonacci
fourier freud galileo galois gantt gauss geiger gini gödel grassmann hadamard hamming harvard hashimoto hausdorff
heimlich heisenberg hermite hertz hess hilbert hodgkin hooke huffman jacobi jung kalman kelvin kepler kirchhoff
kleene knuth kolmogorov kruskal lagrange laplace lebesgue legendre levenberg levenshtein lorentz lorenz luhn
lyapunov mach mahalanobis mandelbrot markov marquardt marx maslow maxwell mendel mercator merkle mersenne minkowski
mohs nash navier naur neumann newton nobel noether nyquist occam ohm pareto parkinson pasteur pavlov penrose petri
planck plato poisson ptolemy pulitzer pythagoras quine raphson reynolds richter riemann ritchter rorschach rubik
runge rutherford schrodinger schrödinger schwarz sobel sobol spearman stokes student tourette tukey turing venn
vernam voronoi watt weierstrass whitney wiener wilcoxon zipf
"""

_MORE_PRODUCTS = """
camunda deno falco tetragon zeebe
dart gleam hangfire lerna quartz nim airtable alpaca ambari astro atlas azkaban babel backstage bamboo beats bento
benz blazor bottle boundary bugsnag bun burp camel capistrano carbon chai chromatic cilium clair clerk codex consul
contour copilot cosign cosmos courier crossplane cucumber cursor dagger dagster dash datadog dependabot devise
docker dolphin drone duet echidna ember envoy epic exposed express fabric falcon fastify fiber figma fleet flint
flipper fluent flux flyte flyway galaxy gatling gemini gemma ghidra ginkgo goose grafana grails grape grok groovy
guice gunicorn hanami harbor harvester haystack hazelcast helidon helix hibernate hilt hono hop horizon huey hygen
ibis ingress insomnia istio jaeger jarvis jest jira joomla jooq jotai karma karpenter kedro kettle kiali kitura knox
koa koin kong ktor lagom laravel linkerd liquibase litmus locust lombok lumen mage magento mermaid metabase metaflow
mimir mocha mojo mongo moshi mule nagios newman nightwatch nimbus nitro nomad nova nuclio nutch obsidian octopus
okta ollama orca osquery packer padma padrino pedestal pentaho perplexity phalcon pino pinot piper playwright podman
poe poetry polaris poncho postman prefect presto prettier prisma protractor pulsar pyramid qdrant quarkus quasar
quill rancher ranger raven redash redux remix renovate replit riak rocky roda rollup rook rosetta rudder ruff sanic
sanity sentinel sentry sequel sequelize serenity sidekiq sinatra skaffold slim snort snyk solid sonar sonic sora
spinnaker splunk spring starlette steampipe storm storybook strapi stripe sumo superset svelte swagger syft symfony
tailwind talend tanka tauri tekton temporal terra thanos theano theia tika tilt tokio tornado traefik trino trivy
tsung turbo typhoeus vaadin varnish velero venus vicuna vim vite vitess vivaldi volley warp waypoint webpack
woodpecker yarn zabbix zephyr zeppelin zipkin zola zulip
"""

_BRANDS = """
abercrombie adidas alessi altria anheuser arby audemars bacardi bally barclays barilla bayer bechtel beiersdorf
benetton berlitz blaupunkt bloomberg boeing bombardier bosch breguet breitling bugatti bulgari burberry bvlgari
cadbury caterpillar chopard citroen clarins clarks colgate converse coors cummins daimler danone deere deloitte
dewalt diebold disney doritos duracell dyson electrolux ericsson esprit evian faber fazer fendi ferrero fiskars
gillette givenchy gucci guerlain guinness haribo hasbro heineken heinz hennessy hershey hoover hyundai kellogg
kenwood kenzo kleenex knorr kodak kraft lacoste lamborghini lancia lancome lego lidl lindt lipton lloyds logitech
loreal makita marlboro marriott martens maserati maybach mckinsey merck merlin michelin miele morrisons motorola
nescafe nestle nestlé nintendo nordstrom oakley oreo orvis pampers patagonia pauli pepsi pernod pfizer pilsner
pirelli porsche pringles puma rimowa rolex rolls royce ryanair safeway sainsbury samsung sandoz schindler
schlumberger sealy seiko sennheiser sephora siemens smirnoff sotheby starbucks steinway stihl suzuki swarovski tesco
thales thyssen timberland toyota unilever versace vodafone volvo westinghouse whirlpool wrangler wrigley yamaha
zalando zeiss
"""

_BRAND_NAMES = (
    "alexander mcqueen, alfa romeo, arthur andersen, aston martin, bath & body, betty crocker, black decker, blue "
    "cross, bobbi brown, booz allen, brooks brothers, calvin klein, carl zeiss, carolina herrera, cath kidston, "
    "charles schwab, charlotte tilbury, christian dior, credit suisse, dodge charger, dodge ram, dom perignon, dom "
    "pérignon, donna karan, eddie bauer, eli lilly, elie saab, elizabeth arden, emporio armani, ermenegildo zegna, "
    "estee lauder, estée lauder, fisher price, ford bronco, ford fiesta, ford focus, ford mustang, giorgio armani, "
    "goldman sachs, guy laroche, hansgrohe, harley davidson, harry winston, helena rubinstein, helly hansen, hugo "
    "boss, jack daniel, jack daniels, jack wolfskin, jean paul gaultier, jim beam, jimmy choo, john deere, johnnie "
    "walker, johnson controls, jose cuervo, josé cuervo, jp morgan, kaiser permanente, karl lagerfeld, kate spade, "
    "land rover, lehman brothers, levi strauss, little caesars, liz claiborne, louis vuitton, marc jacobs, marc "
    "o'polo, mary kay, massey ferguson, massimo dutti, max factor, max mara, mercedes-benz, merrill lynch, michael "
    "kors, monte carlo, monty hall, morgan stanley, nina ricci, oscar de la renta, oscar mayer, paco rabanne, papa "
    "johns, patek philippe, philipp plein, pierre cardin, ralph lauren, remy martin, roberto cavalli, rolls-royce, "
    "rémy martin, sally hansen, salvatore ferragamo, sherwin williams, stella mccartney, tim hortons, tommy "
    "hilfiger, tory burch, van cleef, van heusen, vera wang, vero moda, vivienne westwood, w. l. gore, walt disney, "
    "warner bros, wells fargo, yves rocher, yves saint laurent, zara home"
)

_NOBODY = (
    "albus dumbledore, anna karenina, atticus finch, aunt jemima, bart simpson, bilbo baggins, bugs bunny, captain "
    "morgan, darth vader, don quijote, don quixote, donald duck, donkey kong, donnie darko, dr martens, dr oetker, "
    "dr pepper, dr. martens, easter bunny, ebenezer scrooge, eleanor rigby, elizabeth bennet, erika mustermann, "
    "erin brockovich, father christmas, forrest gump, frodo baggins, fulano de tal, guy fawkes, harry potter, "
    "hercule poirot, hermione granger, holden caulfield, homer simpson, huckleberry finn, jack sparrow, jane eyre, "
    "joe sixpack, katniss everdeen, lara croft, lieschen müller, luke skywalker, madame tussauds, maria mustermann, "
    "mario kart, mary poppins, max mustermann, mickey mouse, minnie mouse, miss marple, mrs dalloway, obi-wan "
    "kenobi, otto normalverbraucher, rhett butler, robinson crusoe, ron weasley, santa claus, scarlett o'hara, "
    "severus snape, sherlock holmes, solid snake, super mario, tinker bell, tyrion lannister, uncle ben, uncle sam, "
    "victor frankenstein, willy wonka"
)

_TRADES = """
bauer becker böttcher fischer förster gärtner gerber glaser hafner jäger kaiser kaufmann köhler koch könig krämer
krüger lehrer maier maurer metzger müller pfarrer richter sattler schäfer schlosser schmidt schmied schneider
schreiber schreiner schubert schulze schuster seiler töpfer vogt wagner weber winkler winzer zimmermann ernst fuchs
hahn hase herbst hirsch kraus lang löwe sommer stein vogel winter wolf bakker boer bos brouwer dekker jager jong kok
koning kuiper meijer mulder smit snijder timmerman visser visscher wever boulanger boucher berger chevalier fournier
lefebvre marchand mercier meunier meyer pelletier tailleur tisserand leroy herrero molinero pastor sastre zapatero
carpintero barbero pescador cruz dolores remedios mercedes pilar consuelo rosario luz paz sol rosas flores ríos
campos torres reyes iglesias castillo leones cordero caballero guerrero soto vega ferraro ferrari fabbri barbieri
molinari sarti rossi bianchi verdi neri greco conti marino fontana grassi grazia rosa ferreira carvalho oliveira
pereira pinheiro nogueira figueira costa silva ribeiro rocha lobo leão cordeiro barbosa machado coelho cardoso lima
porto reis santos ramos kowal kowalski młynarz krawiec rybak cieśla bednarz stolarz szewc piekarz wójcik zając wilk
lis król mazur вера надежда любовь роман слава мир лев роза лилия марта майя виктория победа кузнец мельник пастух
коваль віра надія любов перемога ткач швець гончар бондар столяр cook porter tailor mason carpenter baker archer
sawyer miner glover skinner tanner weaver chandler cooper sexton spencer steward warden chancellor sargent marshall
hooper fletcher potter butcher gardener plumber roofer joiner barber liberty justice equality fraternity unity
victory glory peace wisdom prudence temperance constance clemency black white brown green gray grey gay young old
long short small large strong savage wild good best rich poor noble oscar stark strange story hook stage kiss kitty
dot don dash nail clear forget guard judge junk piano lucky
"""

PLACES = frozenset(_PLACES.split())
"""Places after which people are called, and the other way round."""

THINGS = frozenset(f"{_PRODUCTS} {_MORE_PRODUCTS} {_EPONYMS} {_BRANDS}".split()) | frozenset(_BRAND_NAMES.split(", "))
"""Products and brands with people's names, and people whose names stand for what they found."""

TRADES = frozenset(_TRADES.split())
"""Surnames and given names that are ordinary words of some language: trades, animals, virtues."""

NEVER = frozenset(_NOBODY.split(", "))
"""Figures of books and brands with a title: they mean nobody, whatever stands around them."""

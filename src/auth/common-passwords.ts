/** What attackers try first, in lower case; shorter ones are refused for their length. */
const COMMON = new Set(
  `
!@#$%^&* !@#$%^&*( !qaz2wsx !qaz@wsx 00000000 000000000 0000000000 01010101 01011990 01012000 01012010 0123456789
0987654321 0o9i8u7y 1!2@3#4$ 10101010 10203040 1020304050 102030405060 11111111 111111111 1111111111 11111990
11112222 11223344 1122334455 112233445566 11335577 12121212 123123123 123321123 12341234 123412341234 12344321
1234512345 123454321 123456123 123456654321 12345678 123456789 1234567890 1234567891 12345678910 123456789a
123456789abc 123456789q 123456789z 12345678a 12345679 1234567a 1234567q 1234567z 12345687 123456aa 123456ab
123456abc 123456as 123456qw 123456qwerty 12345abc 12345qwert 12346789 1234abcd 1234qwer 123654789 123abc123
123qwe123 123qweasd 13131313 13579135 135792468 1357924680 14141414 147258369 147852369 159753456 19841984 19851985
19861986 19871987 19881988 19891989 19901990 19911991 19921992 19931993 19941994 19951995 1a2b3c4d 1a2b3c4d5e
1a2s3d4f 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz!qaz 1qaz1qaz 1qaz2wsx 1qaz2wsx3edc 1qaz@wsx 1qazxsw2 20002000
20012001 20102010 20112011 20122012 20202020 21212121 22222222 23232323 246813579 24682468 25252525 2wsx3edc
31415926 314159265 321654987 33333333 44444444 45454545 456789123 50cent50 5201314520 52525252 55555555 66666666
666666666 69696969 741852963 77777777 77778888 78945612 789456123 87654321 88888888 963852741 98765432 987654321
9876543210 99887766 99999999 a1234567 a12345678 a123456789 a1b2c3d4 a1b2c3d4e5 a1s2d3f4 aa123456 aa12345678 aaa12345
aaa123456 aaaa1111 aaaaaaaa aaaaaaaaaa ab123456 ab12345678 abc12345 abc123456 abc1234567 abc123abc abcabcabc
abcd1234 abcd12345 abcd123456 abcd@1234 abcdabcd abcdefg1 abcdefgh abcdefghi abcdefghij abigail1 access123 access14
accord99 accounting admin123 admin1234 admin12345 admin123456 admin@123 admin@1234 adminadmin administrador
administrator adrian123 aini1314 airborne airforce alejandra alejandro alexander alexander1 alexandra alexandre
alligator amanda123 amazon123 amsterdam anderson andrea123 andrew123 angel123 angelica angelina angels123 animal123
animals1 anthony1 anthony123 antonio1 apple123 apples123 argentina arsenal1 arsenal123 asd12345 asd123456 asdasd123
asdasdasd asdf1234 asdfasdf asdfg123 asdfghjk asdfghjkl asdfghjkl1 asdfjkl; asdfqwer ashleigh ashley123 assassin
asshole1 augustin australia australia1 autumn123 avengers azerty123 azertyui azertyuiop babyboy1 babycakes babydoll
babygirl babygirl1 babygurl1 banana123 bananas1 bangladesh barbara1 barcelona barcelona1 bartsimpson baseball
baseball1 basketball basketball1 batman123 bayern123 beach123 beaches1 beatles1 beatriz1 beautiful beautiful1
benjamin benjamin1 berlin123 bernardo besiktas bestfriend bestfriends bienvenue bigblack bigboobs bigbrother
bigdaddy bigdaddy1 bigdick1 bigmoney billybob birthday bitch123 biteme69 black123 blackberry blackberry1 blackbird
blackcat blackdog blackjack blackrose blahblah blahblah1 blessed1 blink182 blizzard blizzard1 blowjob1 blue1234
blue12345 bluebell blueberry bluebird blueeyes bluemoon bluesky1 bmw12345 bookworm boomboom bowling1 bradley1
brandon1 brandon123 brazil123 brittany brittany1 broncos1 brooklyn brother1 brown123 brownie1 brownies bubblegum
bubbles1 buckeyes budweiser bulldog1 bulldogs bullshit business buster12 buster123 buttercup butterfly butterfly1
butthead california california1 callofduty camaro69 cameron1 canada123 captain1 caramel1 cardinal carebear carlos123
carolina caroline cashmoney cassandra catherine catwoman celtic1888 champion champion1 champions changeit changeme
changeme1 changeme123 charizard charlie1 charlie123 charlotte cheerleader cheesecake chelsea1 chelseafc cherries
cherry123 chevelle chevrolet chevy123 chicago1 chicken1 chickens children chipmunk chocolate chocolate1 christian
christian1 christina christine christmas christopher cinderella cinnamon cisco123 cisco1234 clarinet claudia1
coca-cola cocacola college1 colombia colombia1 company1 computer computer1 computer123 cookie123 cookies1 cool1234
coolcool coolgirl coolguy1 cooper123 corvette counterstrike courtney cowboys1 cowgirl1 cranberry crazy123 crazy4u1
crazygirl creampie creation creative cricket1 cristiano cristina crocodile cupcake1 cupcakes cutiepie daddy123
daddygirl daddysgirl dallas12 dallas123 danger123 dangerous daniel123 danielle danielle1 darkangel darkknight
darkside darling1 darthvader database deadpool december default1 default123 deftones demon666 destiny1 deutschland
developer diablo123 diamond1 diamonds diana123 dietcoke dirtbike discover doctor123 dodgers1 doggystyle dollars1
dolphin1 dolphins dominic1 dominique donaldduck dontforget dontknow dragon12 dragon123 dragonball dragonfly dragons1
dreamer1 dreamers dreaming drummer1 dumbass1 dumbledore eagles123 eduardo1 einstein electra1 electric electronics
elephant elephants elizabeth elizabeth1 eminem123 emmanuel energy123 engineer engineering england1 enter123
enterprise evanescence everlast everton1 evolution explorer extreme1 ezequiel facebook facebook1 facebook123
faithful familia1 family123 familyfirst familyguy fantasy1 fatima123 february federico fenerbahce fernando ferrari1
fighter1 finalfantasy fireball firebird firefighter firefox1 fireman1 fishing1 flamingo florida1 flower12 flower123
flowers1 football football1 football12 football123 forest123 forever1 foreverlove forgetit fortnite fortune1
frances1 francisco frankie1 franklin freaky123 freddy123 freedom1 freedom123 friends1 friends123 friendship frodo123
fuckfuck fuckme69 fuckoff1 fuckyou! fuckyou1 fuckyou123 fuckyou2 gabriel1 gabriela gabrielle galatasaray gandalf1
gangsta1 gangster garfield garfield1 germany1 ghostrider ginger12 ginger123 giovanni gladiator gmail123 godisgood
godislove goku1234 gold1234 goldberg golden123 goldfish golfing1 goodbye1 goodgirl goodlife goodluck goodmorning
goodtimes google123 googlechrome gorgeous gotmilk1 graduate grandma1 grandpa1 grateful greatone green123 greenday
greenday1 greeneyes gregory1 gryffindor guest123 guest1234 guillermo guinness guitar123 guitarist gymnastics
hahaha123 hahahaha halflife hallelujah halloween hamburg1 hamburger handsome hannah123 hannibal happiness happy123
happyday happyface hardcore hardcore1 harley123 harleydavidson harmony1 harrypotter hawaii808 hawkeye1 heartbreak
heather1 heaven777 heavymetal heineken hello123 hello123! hello1234 hello12345 hellohello hellokitty helloworld
hermione highland highlander hitman47 hobbit123 hockey123 hogwarts homework honda123 honeybear honeybee hongkong
hotchick hotdog123 hotmail1 hotrod69 hotstuff houdini1 houston1 hunter123 hurricane iamthebest idontknow ilovegod
ilovehim ilovejesus ilovejesus1 iloveme1 ilovemyself ilovesex iloveu123 iloveyou iloveyou! iloveyou1 iloveyou12
iloveyou123 iloveyou2 iloveyou520 imagine1 india123 indonesia infinity infinity1 instagram internet internet1
inuyasha ireland1 ironmaiden ironman1 isabella isabella1 isabelle island123 istanbul jackass1 jackpot1 jackson1
jamaica1 james007 jamesbond january1 japan123 jasmine1 jellybean jennifer jennifer1 jeremiah jessica1 jessica123
jesus123 jesuschrist jesusislord jesuslives joaquin1 johncena johnjohn johnson1 joker123 jonathan jonathan1 jordan12
jordan123 jordan23 joseph123 joshua123 justin123 juventus k1234567 kangaroo katherine kathleen kawasaki kenneth1
kimberly kimberly1 king1234 kingking kingkong kittens1 kitty123 kittycat kittykat knight123 kobe2408 kristina
l1234567 labrador lacrosse ladybird ladybug1 lakers24 lalalala lamborghini laughing lauren123 lawrence lawyer123
legend123 lemonade leonardo leopard1 letmein! letmein1 letmein12 letmein123 lifesucks lightning linkedin1 linkinpark
linux123 lion1234 liverpool liverpool1 liverpoolfc lizard123 lkjhgfdsa login123 loginlogin lollipop london123
lonely123 longhorn longhorns lordoftherings lorraine loser123 lovebug1 loveless lovelife lovelove lovelove1
lovely123 loveme123 loverboy loveyou1 loveyou2 lucifer1 lucifer666 lucky123 lucky1234 lucky777 m1234567 macintosh
madison1 magic123 magician makemoney malaysia manager1 manager123 manchester manunited manutd123 marcus123 margaret
mariana1 marianne marines1 mariposa marketing marlboro marlene1 martin123 master123 mastermind matthew1 matthew123
mauricio maverick maverick1 maxwell1 mechanic megadeth melissa1 mercedes mercedes1 mermaid1 messi123 metallica
metallica1 mexico123 michael1 michael123 michaela michaeljordan michelle michelle1 michigan mickey123 mickeymouse
microsoft midnight midnight1 miguel123 military millionaire minecraft minecraft1 minecraft123 minnie123 miracle1
mitsubishi mnbvcxz1 mnbvcxza mohamed1 mohammed mommy123 mommy1234 money123 money1234 moneymoney monique1 monkey12
monkey123 monkeys1 monopoly monster1 monster123 montana1 moonbeam moonlight morpheus moscow123 mosquito mother123
motherfucker motherof2 motorola mountain mountaindew mountains muffin123 muhammad mustang1 mustang69 mylove123
mypassword myspace1 mysql123 mystery1 naruto123 nascar24 nascar88 natalie1 natasha1 nathalie nathan123 nathaniel
netflix1 network1 newcastle newlife1 newyork1 newyorkcity nicholas nicholas1 nicholas12 nickelback nicole123
nightmare ninja123 nintendo nintendo64 nirvana1 noidea123 nokia123 nokia6300 nonono123 nothing1 nothing123 november
november1 november11 number1! number12 numberone nursing1 ocean123 october1 october31 oliver123 omega123 onelove1
onepiece oracle123 orange123 outlaw123 overlord p1234567 p@$$w0rd p@ssw0rd p@ssw0rd1 p@ssw0rd123 p@ssword p@ssword1
pa$$word pa55word packers1 painting pakistan pakistan1 pancakes pantera1 panther1 panthers paradise paradise1
paris123 parker123 pass1234 pass12345 pass123456 pass@123 pass@word1 passcode passion1 passions passme123 passpass
passport passw0rd passw0rd1 password password! password0 password01 password1 password11 password12 password123
password1234 password2 password3 password7 password99 passwords passwort patience patricia patrick1 patriots
paypal123 peaches1 peanut12 peanut123 peewee123 penelope penguin1 penguins pepper12 pepper123 personal phantom1
philippines philips1 phoenix1 pictures pikachu1 pikachu123 pineapple pink1234 pinkfloyd pinkpink pizza123 pizzahut
platinum playball playboy1 playgirl playstation playstation2 playtime please123 pleasure pocahontas poiuytrewq
pokemon1 pokemon123 police123 poohbear popcorn1 porkchop pornhub1 pornstar porsche1 porsche911 portland portugal
portugal1 postgres postgres1 postman1 power123 powerful predator presario prettygirl prince123 princesa princess
princess1 princess12 princess123 priscilla private1 professor programmer prometheus pumpkin1 pumpkin123 punisher
puppies1 puppydog puppylove purple1! purple12 purple123 pussycat q1234567 q12345678 q123456789 q1w2e3r4 q1w2e3r4t5
q1w2e3r4t5y6 qazwsx123 qazwsxedc qazwsxedcrfv qazxswedc qqqqqqqq queen123 queenbee question quicksilver qwe12345
qwe123456 qwe123qwe qweasd123 qweasdzxc qweqweqwe qwer1234 qwerqwer qwert123 qwertasdfg qwerty!@ qwerty1! qwerty12
qwerty123 qwerty1234 qwerty12345 qwerty123456 qwerty78 qwerty@123 qwertyqwerty qwertyu1 qwertyui qwertyuiop qwertzui
qwertzuiop rabbit123 rachel123 racquetball rafael123 raiders1 rainbow1 rainbow7 rainbows rammstein rangers1
rangers99 raspberry raspberry1 rattlesnake raymond1 reality1 realmadrid rebecca1 red12345 redrose1 redskins
redskins1 redsox123 redwings reggae123 remember remember1 renegade republic revolution ricardo1 richard1 roadkill
roadrunner robert123 roberto1 rocket123 rocknroll rockstar rockstar1 rocky123 rolling1 romance1 ronaldo7 rooster1
root1234 root12345 rootroot rosebud1 rottweiler runescape s1234567 sabrina1 sailormoon salvador samantha samantha1
samsung1 samsung123 samurai1 sandiego santiago sapphire satan666 saturday saturn123 savannah scarface scarlett
school123 scientist scooby123 scoobydoo scoobydoo2 scorpion scorpion1 scotland scotland1 seahawks sebastian
secret123 secrets1 security security1 seminole semperfi senators september september1 serenity sergio123 server123
service1 seventeen seventy7 sexy1234 sexybitch sexygirl sexylady sexymama shadow01 shadow12 shadow123 shakira1
shamrock shanghai sheffield shithead shooting showtime siemens1 silver123 silverado simpsons singapore singing1
sister123 sisters1 skateboard skipper1 skittles skyline1 skywalker slayer666 slipknot slipknot1 slytherin smackdown
smile123 smiley123 smokey12 smokey123 smooth12 snapchat snickers snoopy123 snowball snowboard snowboard1 snowflake
snowman1 soccer12 soccer123 softball soldier1 something sophie123 southpark southpaw southside spaceman spartan1
spartan117 special1 specialk spectrum speedway spiderman spiderman1 spiderweb spitfire spongebob spongebob1 spotify1
spring123 squirrel squirt12 stallion stanford starcraft stardust starfish stargate starlight stars123 startrek
startrek1 starwars starwars1 steelers steelers1 stella123 stephanie stephanie1 stephen1 stingray stonecold
strawberry strength student1 student123 stupid123 sublime1 success1 success123 sugarplum summer01 summer12 summer123
summertime sundance sunflower sunflowers sunnyday sunrise1 sunshine sunshine1 sunshine12 superdog superfly supergirl
superior superman superman1 superman123 supermario supernova supersonic superstar superstar1 support1 support123
surfer123 suzuki123 sweetheart sweetie1 sweetness sweetpea swimming swordfish sylvester symphony taylor123 tazmania
teacher1 teamo123 teddy123 teddybear telegram1 telephone temp1234 temporary tennessee terminator test123! test1234
test12345 test123456 test1test test@123 testament tester123 testing1 testing123 testpass testtest testtest1 texas123
thankyou thankyou1 thebest1 thebest123 theodore thirteen thomas123 threesome thumper1 thunder1 thunder123 thursday
tiffany1 tiger123 tigerwoods tigger12 tigger123 timothy1 tinkerbell titanic1 tomcat123 tomorrow toor1234 topsecret
tornado1 toyota123 training transformers treasure trinity1 trombone tropical trouble1 trueblue truelove trumpet1
trunks123 trustme1 trustno1 trustnoone tuesday1 tuesday2 tupac123 turkey123 turtle123 twilight twilight1 twitter1
ubuntu123 undertaker unicorn1 unicorns universe university user1234 user12345 username username1 usmarines vagrant1
valentin valentina valentine valhalla vampire1 vancouver vanessa1 vanilla1 velocity veronica vertigo1 victoria
victoria1 victory1 vietnam1 virginia voldemort volkswagen volleyball voyager1 w1234567 warcraft warrior1 warriors
waterfall waterloo watermelon webmaster wednesday welcome! welcome01 welcome1 welcome1! welcome12 welcome123
welcome123! welcome2 welcome@123 werewolf westlife westside westside1 whatever whatever1 whatever123 whatsapp
white123 whitecat whocares wildcat1 wildcats wildfire wildlife william1 williams williamson willkommen windows1
windows10 windows7 windsurf winner123 winners1 winniethepooh winston1 winter12 winter123 wizard123 wo123456
woaini1314 woaini520 wolverine wonderful woodland woodstock worldofwarcraft wrangler wrestling wwewwewwe x1234567
xavier123 xbox360x xxxxxxxx yahoo123 yamaha123 yamahar1 yankees1 yankees2 yellow12 yellow123 yesyesyes yodayoda
yourmom1 yourmother yourname youtube1 z1234567 zachary1 zaq12wsx zaq1xsw2 zaq1zaq1 zaqxswcde zeppelin zidane10
zombie123 zxc123456 zxcv1234 zxcvbnm, zxcvbnm1 zxcvbnm123 zxcvbnm123456 zxcvzxcv zxczxczxc zzzzzzzz
`
    .trim()
    .split(/\s+/),
);

/** Whether this is one of the passwords that everybody's list of guesses begins with. */
export function isCommonPassword(password: string): boolean {
  return COMMON.has(password.toLowerCase());
}

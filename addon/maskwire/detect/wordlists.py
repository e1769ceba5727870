"""Lists of words that checks look things up in. Sans-IO."""

_COUNTRIES = """
AD AE AL AM AO AR AT AU AZ BA BB BD BE BG BH BM BN BO BR BS BW BY BZ CA CH CI CL CM CN CO CR CU CY CZ DE DK DO
DZ EC EE EG ES ET FI FJ FO FR GA GB GE GH GI GL GR GT GY HK HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG
KH KR KW KY KZ LA LB LI LK LT LU LV LY MA MC MD ME MG MK ML MM MN MO MT MU MV MW MX MY MZ NA NE NG NI NL NO NP
NZ OM PA PE PF PG PH PK PL PR PS PT PY QA RO RS RU RW SA SC SD SE SG SI SK SM SN SV SY TG TH TJ TM TN TR TT TW
TZ UA UG US UY UZ VA VE VG VN XK YE ZA ZM ZW
"""
COUNTRIES = frozenset(_COUNTRIES.split())

_NO_PERSON = """
root admin administrator ubuntu debian centos fedora user users username name login guest test tester testuser
demo default public shared system service daemon nobody www-data www nginx apache mysql postgres postgresql
redis mongodb oracle git github gitlab runner jenkins ci build builder deploy deployer vagrant docker node app
apps application ec2-user azureuser opc core pi kali me self this that null none true false undefined string str
int id ids data input output info page agent group groups role roles list table form field email password passwd
token account accounts profile session local server client host anonymous unknown example foo bar baz someone
somebody all any and or is was has not the for with from who what when where can may must should will would you
your our their his her its one new old same other each every experience interface story stories research id_rsa
linuxbrew admin1 sudo operator support sales staff member members owner author editor viewer manager superuser
sa dbuser dbadmin hello hi hey please thanks ok okay yes no how why there error failed success logged already
required optional enabled disabled allowed denied expired forgotten pages button screen screens flow forms url
uri down broken blocked locked private gone wrong invalid taken missing hacked working types channel everyone
today tomorrow now available unavailable names prompt attempt attempts details method methods credentials
sessions enter could cannot does did bot robot svc automation scanner backup monitor etl worker integer uuid number
bigint serial varchar text boolean object
"""
NO_PERSON = frozenset(_NO_PERSON.split())
"""Names of accounts that belong to no person, and words that follow "user" in sentences and programs."""

_SENTENCE_WORDS = """
look looking stay stayed met meet meeting arrive arrived work works working is was be are at home here there
once all least last first best sign signed and or of the a an not but it he she we you they i run running
starts
"""
SENTENCE_WORDS = frozenset(_SENTENCE_WORDS.split())

_COMMON_TLDS = """
com org net io dev edu gov de uk fr es it nl pl pt br ru ua cn jp eu app ai co us ch at be
"""
COMMON_TLDS = frozenset(_COMMON_TLDS.split())

_NO_STREET = """
Monday Tuesday Wednesday Thursday Friday Saturday Sunday AM PM The This That These When Hour Hours
Jahr Jahre Halle Raum Zimmer Kapitel Absatz Artikel Seite Januar Februar März April Mai Juni Juli August September
Oktober November Dezember Uhr Prozent
Vector Monitor Factor Doctor Editor Operator Author Director Actor Sector Tutor Investor Indicator Descriptor Generator
"""
NO_STREET = frozenset(_NO_STREET.split())
"""Words with which a number counts or dates."""

STREET_KINDS = frozenset(("Platz", "Weg", "Ring", "Hof", "Markt", "Berg", "Tor"))
"""Kinds of street that need a name beside them: "Steinbecker Weg 12", not "Tor 5"."""

_NUMBERED = """
table figure section chapter step page line level phase part volume version windows class grade article item
model january february march april june july august september october november december jan feb mar apr jun jul
aug sep sept oct nov dec update edition release python java ubuntu debian office server build series episode
season round week day year top users rows samples points items copies people customers employees steps hz mb gb
kb usd eur tabelle abbildung abschnitt kapitel seite zeilen modell tableau chapitre tabla tabela figura capítulo
página
"""
NUMBERED = frozenset(_NUMBERED.split())
"""Words beside which numbers count or date, and are no house number and no postcode."""

_SPOKEN_DOTS = """
dot punkt punto point ponto kropka
"""
SPOKEN_DOTS = frozenset(_SPOKEN_DOTS.split())

_FILES = """
png jpg jpeg gif svg webp js ts css py json md txt html pdf zip exe dll so map
"""
FILES = frozenset(_FILES.split())

_EXAMPLE_DOMAINS = """
example internal invalid local localhost test
"""
EXAMPLE_DOMAINS = frozenset(_EXAMPLE_DOMAINS.split())

_STDNUM = """
al.nipt ar.cuit ar.dni at.uid at.vnr au.abn au.tfn az.voen be.bis be.nn be.vat bg.egn bg.pnf bg.vat br.cnpj
br.cpf by.unp ca.bn ca.sin ch.ssn ch.uid ch.vat cl.rut cn.ric co.nit cr.cpf cu.ni cy.vat cz.bankaccount cz.dic
cz.rc de.idnr de.stnr de.vat dk.cpr dk.cvr do.cedula ec.ci ee.ik ee.kmkr eg.tn es.cif es.cups es.dni es.nie
es.nif fi.alv fi.hetu fi.veronumero fr.nif fr.nir fr.siren fr.siret fr.tva gb.nhs gb.utr gb.vat gr.amka gr.vat
gt.nit hr.oib hu.anum id.npwp ie.pps ie.vat il.idnr imei in_.aadhaar in_.epic in_.gstin in_.pan is_.kennitala
isin it.codicefiscale it.iva jp.cn jp.in_ kr.brn kr.rrn lei lt.asmens lt.pvm lu.tva lv.pvn ma.ice mc.tva
md.idno me.iban mk.edb mt.vat mu.nid mx.curp mx.rfc my.nric nl.bsn nl.btw no.fodselsnummer no.mva nz.ird
pe.cui pe.ruc pl.nip pl.pesel pl.regon pt.cc pt.nif py.ruc ro.cf ro.cnp rs.pib ru.inn se.orgnr se.personnummer
se.vat sg.uen si.ddv si.emso si.maticna sk.dph sk.rc th.pin tr.tckimlik tr.vkn tw.ubn ua.edrpou ua.rntrc
us.ein us.itin us.ssn uy.rut ve.rif vn.mst za.idnr za.tin
"""
STDNUM = frozenset(_STDNUM.split())
"""Formats of python-stdnum that rules may use as ``stdnum.<name>``.

Source: https://arthurdejong.org/python-stdnum/formats
"""

_NO_KEYS = """
sha1 sha224 sha256 sha384 sha512 md5 blake2b blake3 req request trace span msg price cus evt sub ch pi in txn acct
chatcmpl call toolu run thread asst file resp fp etag test example sample chunk vendors build hash commit css rs nix id
uid session
"""
NO_KEYS = frozenset(_NO_KEYS.split())
"""Names before an identifier or a checksum: what follows opens nothing."""

_NOT_TITLED = """
pepper martens strange who robot tussauds butterfly bovary president chairman speaker minister chancellor ambassador
secretary doktor professor director office word excel bean clean coffee potato darcy hyde jekyll spock incredible big
right wrong and und
"""
NOT_TITLED = frozenset(_NOT_TITLED.split())
"""What follows a title and is a brand, a figure or an office."""

_ZH_NO_NAME = """
客服 中心 部门 经理 公司 待定 未知 暂无 无 匿名 先生 女士 老师 本人 同上 各位 管理员 地址 电话 系统 科室 高兴 高度
马上 金额 方法 方便 方式 方案 安全 安排 石油 白天 白色 黄色 黄金 江苏 江西 张贴 王国 王者 李子 林业 周一 周二 周三
周四 周五 周六 周日 周末 周期 周年 周边 万一 万元 段落 雷达 钱包 易于 武器 任务 任何 任意 余额 余下 何时 何种 何人
曾经 程序 程度 许多 许可 谢谢 夏天 夏季 石头 范围 毛病 史上 康复 施工 施行 顾客 顾问 龙头 秦朝 于是 于此 文件 文化
文章 于今 高级 高中 高层 高速 马路 白领 明天 今天 昨天 时候
"""
ZH_NO_NAME = frozenset(_ZH_NO_NAME.split())
"""What stands where a Chinese name should and is none."""

_KO_NO_NAME = """
고객 센터 없음 미정 미상 담당 관리자 회사 부서 팀장 선생 부모 여러 사장 본인 무명 익명 영업 지원 상담 운영 기타 해당
"""
KO_NO_NAME = frozenset(_KO_NO_NAME.split())
"""What stands where a Korean name should and is none."""

_NO_PERSON_LABEL = """
inc ltd llc gmbh corp co ag bv nv plc sa srl spa pty limited company group holdings bank team department accounts
payable receivable office services service solutions systems support marketing sales customer client default domain
user name address order number center centre university hospital school clinic store shop warehouse logistics
international global industries partners associates foundation council city street road avenue required optional
unknown pending none yes no see same all other new
"""
NO_PERSON_LABEL = frozenset(_NO_PERSON_LABEL.split())
"""What stands behind a label of people and is a company, an office or a remark."""

_JA_NO_NAME = """
客 皆 担当 関係 課 係 者 未 同上 本人 店 様 神様 王子 王様 姫 奥 旦那 殿 仕 模 同 多 一 何 誰 先生 匿名 不明
各位 入力 利用 管理 会社 部長 営業 部署 姉 兄 父 母 娘 息子 子供 孫 弟 妹 事務 本部 支社
"""
JA_NO_NAME = frozenset(_JA_NO_NAME.split())
"""What stands where a Japanese name should and is none."""

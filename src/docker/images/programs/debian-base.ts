/**
 * What dpkg knows of a minimal Debian 12: a package a line, with its version, architecture, priority (first letter; `E` before it:
 * essential), section, size in KiB, multi-arch mark and short description; behind the bar its programs and files in /etc,
 * `folder:name,name`. What else a package holds (documents, libraries) is not listed here.
 */
export const DEBIAN_BASE = `adduser	3.134	all	i	admin	686	foreign	add and remove users and groups|/etc:adduser.conf,deluser.conf /usr/sbin:adduser,deluser,addgroup,delgroup
apt	2.6.2	amd64	i	admin	4232		commandline package manager|/etc/apt/apt.conf.d:01autoremove /etc/apt:auth.conf.d,keyrings,preferences.d,sources.list.d,trusted.gpg.d /etc/cron.daily:apt-compat /etc/kernel:postinst.d /etc/logrotate.d:apt /usr/bin:apt,apt-cache,apt-cdrom,apt-config,apt-get,apt-key,apt-mark
base-files	12.4+deb12u15	amd64	Er	admin	341	foreign	Debian base system miscellaneous files|/etc:debian_version,default,host.conf,issue,issue.net,profile.d,skel,os-release /etc/dpkg/origins:debian /etc/update-motd.d:10-uname
base-passwd	3.6.1	amd64	Er	admin	247	foreign	Debian base system master password and group files|/usr/sbin:update-passwd
bash	5.2.15-2+b13	amd64	Er	shells	7164	foreign	GNU Bourne Again SHell|/bin:bash,rbash /etc:bash.bashrc /etc/skel:.bash_logout,.bashrc,.profile /usr/bin:bashbug,clear_console
bsdutils	1:2.38.1-5+deb12u3	amd64	Er	utils	355	foreign	basic utilities from 4.4BSD-Lite|/usr/bin:logger,renice,script,scriptlive,scriptreplay,wall
coreutils	9.1-1	amd64	Er	utils	18062	foreign	GNU core utilities|/bin:cat,chgrp,chmod,chown,cp,date,dd,df,dir,echo,false,ln,ls,mkdir,mknod,mktemp,mv,pwd,readlink,rm,rmdir,sleep,stty,sync,touch,true,uname,vdir /usr/bin:[,arch,b2sum,base32,base64,basename,basenc,chcon,cksum,comm,csplit,cut,dircolors,dirname,du,env,expand,expr,factor,fmt,fold,groups,head,hostid,id,install,join,link,logname,md5sum,mkfifo,nice,nl,nohup,nproc,numfmt,od,paste,pathchk,pinky,pr,printenv,printf,ptx,realpath,runcon,seq,sha1sum,sha224sum,sha256sum,sha384sum,sha512sum,shred,shuf,sort,split,stat,stdbuf,sum,tac,tail,tee,test,timeout,tr,truncate,tsort,tty,unexpand,uniq,unlink,users,wc,who,whoami,yes,md5sum.textutils /usr/sbin:chroot
dash	0.5.12-2	amd64	Er	shells	191	foreign	POSIX-compliant shell|/bin:dash,sh
debconf	1.5.82	all	i	admin	491	foreign	Debian configuration management system|/etc/apt/apt.conf.d:70debconf /etc:debconf.conf /usr/bin:debconf,debconf-apt-progress,debconf-communicate,debconf-copydb,debconf-escape,debconf-set-selections,debconf-show /usr/sbin:dpkg-preconfigure,dpkg-reconfigure
debian-archive-keyring	2023.3+deb12u2	all	i	misc	293	foreign	GnuPG archive keys of the Debian archive|/etc/apt/trusted.gpg.d:debian-archive-bookworm-automatic.asc,debian-archive-bookworm-security-automatic.asc,debian-archive-bookworm-stable.asc,debian-archive-bullseye-automatic.asc,debian-archive-bullseye-security-automatic.asc,debian-archive-bullseye-stable.asc,debian-archive-trixie-automatic.asc,debian-archive-trixie-security-automatic.asc,debian-archive-trixie-stable.asc
debianutils	5.7-0.5~deb12u1	amd64	Er	utils	243	foreign	Miscellaneous utilities specific to Debian|/bin:run-parts,tempfile /sbin:installkernel /usr/bin:ischroot,savelog,which.debianutils /usr/sbin:add-shell,remove-shell,update-shells
diffutils	1:3.8-4	amd64	Er	utils	1598		File comparison utilities|/usr/bin:cmp,diff,diff3,sdiff
dpkg	1.21.23	amd64	Er	admin	6409	foreign	Debian package management system|/etc/alternatives:README /etc/cron.daily:dpkg /etc/dpkg:dpkg.cfg,dpkg.cfg.d /etc/logrotate.d:alternatives,dpkg /sbin:start-stop-daemon /usr/bin:dpkg,dpkg-deb,dpkg-divert,dpkg-maintscript-helper,dpkg-query,dpkg-realpath,dpkg-split,dpkg-statoverride,dpkg-trigger,update-alternatives /usr/sbin:dpkg-fsys-usrunmess
e2fsprogs	1.47.0-2+b2	amd64	r	admin	1497	foreign	ext2/ext3/ext4 file system utilities|/etc/cron.d:e2scrub_all /etc:e2scrub.conf,mke2fs.conf /sbin:badblocks,debugfs,dumpe2fs,e2fsck,e2image,e2scrub,e2scrub_all,e2undo,mke2fs,resize2fs,tune2fs,e2label,e2mmpstatus,fsck.ext2,fsck.ext3,fsck.ext4,mkfs.ext2,mkfs.ext3,mkfs.ext4 /usr/bin:chattr,lsattr /usr/sbin:e2freefrag,e4crypt,e4defrag,filefrag,mklost+found
findutils	4.9.0-4	amd64	Er	utils	1746	foreign	utilities for finding files--find, xargs|/usr/bin:find,xargs
gcc-12-base	12.2.0-14+deb12u1	amd64	o	libs	100	same	GCC, the GNU Compiler Collection (base package)|
gpgv	2.2.40-1.1+deb12u2	amd64	i	utils	918	foreign	GNU privacy guard - signature verification tool|/usr/bin:gpgv
grep	3.8-5	amd64	Er	utils	1245	foreign	GNU grep, egrep and fgrep|/bin:egrep,fgrep,grep /usr/bin:rgrep
gzip	1.12-1	amd64	Er	utils	252		GNU compression utilities|/bin:gunzip,gzexe,gzip,uncompress,zcat,zcmp,zdiff,zegrep,zfgrep,zforce,zgrep,zless,zmore,znew
hostname	3.23+nmu1	amd64	Er	admin	46		utility to set/show the host name or domain name|/bin:hostname,dnsdomainname,domainname,nisdomainname,ypdomainname
init-system-helpers	1.65.2+deb12u1	all	Er	admin	133	foreign	helper tools for all init systems|/etc:rc0.d,rc1.d,rc2.d,rc3.d,rc4.d,rc5.d,rc6.d,rcS.d /etc/systemd:system,user /usr/bin:deb-systemd-helper,deb-systemd-invoke /usr/sbin:invoke-rc.d,service,update-rc.d
libacl1	2.3.1-3	amd64	o	libs	73	same	access control list - shared library|
libapt-pkg6.0	2.6.2	amd64	o	libs	3297	same	package management runtime library|
libattr1	1:2.5.1-4	amd64	o	libs	59	same	extended attribute handling - shared library|/etc:xattr.conf
libaudit-common	1:3.0.9-1	all	o	libs	22	foreign	Dynamic library for security auditing - common files|/etc:libaudit.conf
libaudit1	1:3.0.9-1	amd64	o	libs	150	same	Dynamic library for security auditing|
libblkid1	2.38.1-5+deb12u3	amd64	o	libs	398	same	block device ID library|
libbz2-1.0	1.0.8-5+b1	amd64	i	libs	106	same	high-quality block-sorting file compressor library - runtime|
libc-bin	2.36-9+deb12u14	amd64	Er	libs	2042	foreign	GNU C Library: Binaries|/etc:bindresvport.blacklist,gai.conf,ld.so.conf /etc/default:nss /etc/ld.so.conf.d:libc.conf /sbin:ldconfig /usr/bin:getconf,getent,iconv,ldd,locale,localedef,pldd,tzselect,zdump,ld.so /usr/sbin:iconvconfig,zic
libc6	2.36-9+deb12u14	amd64	o	libs	13001	same	GNU C Library: Shared libraries|/etc/ld.so.conf.d:x86_64-linux-gnu.conf
libcap-ng0	0.8.3-1+b3	amd64	o	libs	65	same	alternate POSIX capabilities library|
libcap2	1:2.66-4+deb12u3+b1	amd64	o	libs	95	same	POSIX 1003.1e capabilities (library)|
libcom-err2	1.47.0-2+b2	amd64	o	libs	55	same	common error description library|
libcrypt1	1:4.4.33-2	amd64	o	libs	233	same	libcrypt shared library|
libdb5.3	5.3.28+dfsg2-1	amd64	s	libs	1833	same	Berkeley v5.3 Database Libraries [runtime]|
libdebconfclient0	0.270	amd64	o	libs	37	same	Debian Configuration Management System (C-implementation library)|
libext2fs2	1.47.0-2+b2	amd64	o	libs	535	same	ext2/ext3/ext4 file system libraries|
libffi8	3.4.4-1	amd64	o	libs	68	same	Foreign Function Interface library runtime|
libfile-find-rule-perl	0.34-4~deb12u1	all	o	perl	63	foreign	module to search for files based on rules|/usr/bin:findrule
libgcc-s1	12.2.0-14+deb12u1	amd64	o	libs	140	same	GCC support library|
libgcrypt20	1.10.1-3+deb12u1	amd64	o	libs	1592	same	LGPL Crypto library - runtime library|
libgdbm-compat4	1.23-3	amd64	o	libs	70	same	GNU dbm database routines (legacy support runtime version) |
libgdbm6	1.23-3	amd64	o	libs	129	same	GNU dbm database routines (runtime version) |
libgmp10	2:6.2.1+dfsg1-1.1	amd64	o	libs	855	same	Multiprecision arithmetic library|
libgnutls30	3.7.9-2+deb12u7	amd64	o	libs	3396	same	GNU TLS library - main runtime library|
libgpg-error0	1.46-1	amd64	o	libs	192	same	GnuPG development runtime library|
libhogweed6	3.8.1-2	amd64	o	libs	463	same	low level cryptographic library (public-key cryptos)|
libidn2-0	2.3.3-1+b1	amd64	o	libs	439	same	Internationalized domain names (IDNA2008/TR46) library|
liblz4-1	1.9.4-1	amd64	o	libs	169	same	Fast LZ compression algorithm library - runtime|
liblzma5	5.4.1-1+deb12u2	amd64	o	libs	333	same	XZ-format compression library|
libmd0	1.0.4-2	amd64	o	libs	79	same	message digest functions from BSD systems - shared library|
libmount1	2.38.1-5+deb12u3	amd64	o	libs	454	same	device mounting library|
libnettle8	3.8.1-2	amd64	o	libs	520	same	low level cryptographic library (symmetric and one-way cryptos)|
libnumber-compare-perl	0.03-3	all	o	perl	19	foreign	module for performing numeric comparisons in Perl|
libp11-kit0	0.24.1-2	amd64	o	libs	1408	same	library for loading and coordinating access to PKCS#11 modules - runtime|
libpam-modules	1.5.2-6+deb12u2	amd64	r	admin	1031	same	Pluggable Authentication Modules for PAM|/etc/security:access.conf,faillock.conf,group.conf,limits.conf,limits.d,namespace.conf,namespace.d,namespace.init,pam_env.conf,sepermit.conf,time.conf
libpam-modules-bin	1.5.2-6+deb12u2	amd64	r	admin	227	foreign	Pluggable Authentication Modules for PAM - helper binaries|/sbin:mkhomedir_helper,pam_namespace_helper,pwhistory_helper,unix_chkpwd,unix_update /usr/sbin:faillock,pam_timestamp_check
libpam-runtime	1.5.2-6+deb12u2	all	r	admin	876	foreign	Runtime support for the PAM library|/etc:pam.conf /etc/pam.d:other /usr/sbin:pam-auth-update,pam_getenv
libpam0g	1.5.2-6+deb12u2	amd64	o	libs	215	same	Pluggable Authentication Modules library|
libpcre2-8-0	10.42-1+deb12u2	amd64	o	libs	685	same	New Perl Compatible Regular Expression Library- 8 bit runtime files|
libperl5.36	5.36.0-7+deb12u4	amd64	o	libs	28875	same	shared Perl library|/usr/bin:cpan5.36-x86_64-linux-gnu,perl5.36-x86_64-linux-gnu
libseccomp2	2.5.4-1+deb12u1	amd64	o	libs	148	same	high level interface to Linux seccomp filter|
libselinux1	3.4-1+b6	amd64	o	libs	199	same	SELinux runtime shared libraries|
libsemanage-common	3.4-1	all	o	libs	37	foreign	Common files for SELinux policy management libraries|/etc/selinux:semanage.conf
libsemanage2	3.4-1+b5	amd64	o	libs	297	same	SELinux policy management library|
libsepol2	3.4-2.1	amd64	o	libs	775	same	SELinux library for manipulating binary security policies|
libsmartcols1	2.38.1-5+deb12u3	amd64	o	libs	289	same	smart column output alignment library|
libss2	1.47.0-2+b2	amd64	o	libs	71	same	command-line interface parsing library|
libstdc++6	12.2.0-14+deb12u1	amd64	o	libs	2686	same	GNU Standard C++ Library v3|
libsystemd0	252.39-1~deb12u2	amd64	o	libs	909	same	systemd utility library|
libtasn1-6	4.19.0-2+deb12u1	amd64	o	libs	116	same	Manage ASN.1 structures (runtime)|
libtext-glob-perl	0.11-3	all	o	perl	22	foreign	Perl module for matching globbing patterns against text|
libtinfo6	6.4-4	amd64	o	libs	541	same	shared low-level terminfo library for terminal handling|
libudev1	252.39-1~deb12u2	amd64	o	libs	240	same	libudev shared library|
libunistring2	1.0-2	amd64	o	libs	1807	same	Unicode string library for C|
libuuid1	2.38.1-5+deb12u3	amd64	o	libs	79	same	Universally Unique ID library|
libxxhash0	0.8.1-1	amd64	o	libs	99	same	shared library for xxhash|
libzstd1	1.5.4+dfsg2-5	amd64	o	libs	785	same	fast lossless compression algorithm|
login	1:4.13+dfsg1-1+deb12u2	amd64	Er	admin	2550	foreign	system login tools|/bin:login /etc:login.defs /etc/pam.d:login /usr/bin:faillog,lastlog,newgrp,sg /usr/sbin:nologin
logsave	1.47.0-2+b2	amd64	o	admin	50	foreign	save the output of a command in a log file|/sbin:logsave
mawk	1.3.4.20200120-3.1	amd64	r	interpreters	263	foreign	Pattern scanning and text processing language|/usr/bin:mawk
mount	2.38.1-5+deb12u3	amd64	r	admin	393	foreign	tools for mounting and manipulating filesystems|/bin:mount,umount /sbin:losetup,swapoff,swapon
ncurses-base	6.4-4	all	Er	misc	379	foreign	basic terminal type definitions|/etc/terminfo:README
ncurses-bin	6.4-4	amd64	Er	utils	636	foreign	terminal-related programs and man pages|/usr/bin:clear,infocmp,tabs,tic,toe,tput,tset,captoinfo,infotocap,reset
passwd	1:4.13+dfsg1-1+deb12u2	amd64	r	admin	2827	foreign	change and administer password and group data|/etc/default:useradd /etc/pam.d:chfn,chpasswd,chsh,newusers,passwd /sbin:shadowconfig /usr/bin:chage,chfn,chsh,expiry,gpasswd,passwd /usr/sbin:chgpasswd,chpasswd,cppw,groupadd,groupdel,groupmems,groupmod,grpck,grpconv,grpunconv,newusers,pwck,pwconv,pwunconv,useradd,userdel,usermod,vipw,cpgr,vigr
perl	5.36.0-7+deb12u4	amd64	s	perl	670	allowed	Larry Wall's Practical Extraction and Report Language|/etc/perl/Net:libnet.cfg /usr/bin:corelist,cpan,enc2xs,encguess,h2ph,h2xs,instmodsh,json_pp,libnetcfg,perlbug,perldoc,perlivp,perlthanks,piconv,pl2pm,pod2html,pod2man,pod2text,pod2usage,podchecker,prove,ptar,ptardiff,ptargrep,shasum,splain,streamzip,xsubpp,zipdetails
perl-base	5.36.0-7+deb12u4	amd64	Er	perl	7643		minimal Perl system|/usr/bin:perl,perl5.36.0
perl-modules-5.36	5.36.0-7+deb12u4	all	o	libs	17821	foreign	Core Perl modules|
sed	4.9-1+deb12u1	amd64	Er	utils	987	foreign	GNU stream editor for filtering/transforming text|/bin:sed
sysvinit-utils	3.06-4	amd64	Er	admin	100	foreign	System-V-like utilities|/sbin:fstab-decode,killall5 /bin:pidof
tar	1.34+dfsg-1.2+deb12u1	amd64	Er	utils	3144	foreign	GNU version of the tar archiving utility|/bin:tar /usr/sbin:rmt-tar,tarcat /etc:rmt
tzdata	2026f-0+deb12u1	all	r	localization	2571	foreign	time zone and daylight-saving time data|
usrmerge	37~deb12u1	all	o	admin	40	foreign	Convert the system to the merged /usr directories scheme|
util-linux	2.38.1-5+deb12u3	amd64	Er	utils	4978	foreign	miscellaneous system utilities|/bin:dmesg,findmnt,lsblk,more,mountpoint,su,wdctl /etc/pam.d:runuser,runuser-l,su,su-l /sbin:agetty,blkdiscard,blkid,blkzone,blockdev,chcpu,ctrlaltdel,findfs,fsck,fsck.cramfs,fsck.minix,fsfreeze,fstrim,isosize,mkfs,mkfs.bfs,mkfs.cramfs,mkfs.minix,mkswap,pivot_root,runuser,sulogin,swaplabel,switch_root,wipefs,zramctl,getty /usr/bin:addpart,choom,chrt,delpart,fallocate,flock,getopt,hardlink,ionice,ipcmk,ipcrm,ipcs,last,lscpu,lsipc,lslocks,lslogins,lsmem,lsns,mcookie,mesg,namei,nsenter,partx,prlimit,rename.ul,resizepart,rev,setarch,setpriv,setsid,setterm,taskset,uclampset,unshare,utmpdump,whereis,i386,lastb,linux32,linux64,x86_64 /usr/sbin:chmem,ldattach,readprofile,rtcwake
util-linux-extra	2.38.1-5+deb12u3	amd64	s	utils	366	foreign	interactive login tools|/etc/default:hwclock /etc/init.d:hwclock.sh /sbin:hwclock /usr/bin:fincore,lsfd,lsirq
zlib1g	1:1.2.13.dfsg-1	amd64	r	libs	168	same	compression library - runtime|`;
